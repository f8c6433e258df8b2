// What our own service gives to whoever asks for files and firmware.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <sys/stat.h>

#include "certs/base64.h"
#include "phone/image.h"
#include "phone/media.h"
#include "reference/folder.h"
#include "reference/samples.h"
#include "reference_support.h"
#include "support/folder.h"

namespace understudy::reference {
namespace {

using ::testing::HasSubstr;

Options with_files(std::string user = "", std::string password = "") {
  Options options = simulated();
  const std::map<std::string, std::string> files = {
      {"logo.png", "a logo"}, {"media/my bell.wav", "a bell"}, {"x", std::string(3, '\0')}};
  options.files.read = [files](const std::string& path) -> tl::expected<std::string, std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return tl::unexpected("Nothing is called " + path + ".");
    return found->second;
  };
  options.files.user = std::move(user);
  options.files.password = std::move(password);
  return options;
}

Answer get(Service& service, const std::string& path, const std::string& method = "GET",
           const std::string& credentials = "") {
  wpi::HttpRequest request{method, path, {}, ""};
  if (!credentials.empty())
    request.headers.push_back({"Authorization", "Basic " + certs::to_base64(credentials)});
  return ask(service, request);
}

TEST(ServedFiles, AreGivenByteForByteWithLengthAndType) {
  Service service(with_files());
  const Answer logo = get(service, "/files/logo.png?version=2");
  EXPECT_EQ(logo.status, 200);
  EXPECT_EQ(logo.body, "a logo");
  EXPECT_EQ(logo.header("Content-Length"), "6");
  EXPECT_EQ(logo.header("Content-Type"), "image/png");
  EXPECT_EQ(get(service, "/files/media/my%20bell.wav").body, "a bell");
  EXPECT_EQ(get(service, "/files/x").body, std::string(3, '\0'));
  EXPECT_EQ(get(service, "/files/x").header("Content-Type"), "application/octet-stream");
}

TEST(ServedFiles, HaveAHeadWithoutABody) {
  Service service(with_files());
  const Answer head = get(service, "/files/logo.png", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.header("Content-Length"), "6");
}

TEST(ServedFiles, AreReadEachTimeThatTheyAreAskedFor) {
  Options options = simulated();
  int times = 0;
  options.files.read = [&](const std::string&) { return std::to_string(++times); };
  Service service(options);
  get(service, "/files/a");
  EXPECT_EQ(get(service, "/files/a").body, "2");
}

TEST(ServedFiles, CannotBeWrittenOrListed) {
  Service service(with_files());
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    const Answer answer = get(service, "/files/logo.png", method);
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.header("Allow"), "GET, HEAD");
  }
  for (const char* folder : {"/files/", "/files/media", "/files/media/"})
    EXPECT_EQ(get(service, folder).status, 404) << folder;
}

TEST(ServedFiles, AreNeverSoughtAtAPathThatLeadsElsewhere) {
  Options options = simulated();
  options.files.read = [](const std::string& path) -> tl::expected<std::string, std::string> { return path; };
  Service service(options);
  for (const char* path : {"/files/../x", "/files/a/../x", "/files/%2e%2e/x", "/files/a%2f..%2fx",
                           "/files//etc/passwd", "/files/%2Fetc/passwd", "/files/./x", "/files/a/.",
                           "/files/a%00b", "/files/a%5Cb", "/files/a%0Ab", "/files/a%zz", "/files/a%"})
    EXPECT_EQ(get(service, path).status, 404) << path;
  EXPECT_EQ(get(service, "/files/a..b/...").body, "a..b/...");
}

TEST(ServedFiles, WantUserAndPasswordWhereThereAreSome) {
  Service service(with_files("desk", "a:b"));
  for (const char* given : {"", "desk", "desk:", "desk:a", "other:a:b", "desk:a:b "}) {
    const Answer answer = get(service, "/files/logo.png", "GET", given);
    EXPECT_EQ(answer.status, 401) << given;
    EXPECT_THAT(answer.header("WWW-Authenticate"), HasSubstr("Basic realm="));
    EXPECT_EQ(answer.body, "Wrong user or password.\n");
  }
  EXPECT_EQ(get(service, "/files/none.png").status, 401) << "nor is said what there is";
  EXPECT_EQ(get(service, "/files/samples/ringtone.wav").status, 401);
  EXPECT_EQ(get(service, "/files/logo.png", "GET", "desk:a:b").status, 200);
  const std::string whole = "bAsIc " + certs::to_base64("desk:a:b");
  EXPECT_EQ(ask(service, {"GET", "/files/logo.png", {{"authorization", whole}}, ""}).status, 200);
}

TEST(ServedFiles, AreNotGivenInClear) {
  Service service(with_files());
  const net::Served served = service.answer({"GET", "/files/logo.png", {}, ""},
                                            {"127.0.0.1:40000", 1, false, "127.0.0.1:18080"}, {});
  EXPECT_THAT(served.bytes, HasSubstr(" 404 "));
}

TEST(FilesInAFolder, AreReadButNoLinkIsFollowed) {
  const Folder folder, outside;
  folder.put("logo.png", "a logo");
  std::filesystem::create_directory(folder / "media");
  folder.put("media/bell.wav", "a bell");
  outside.put("secret", "secret");
  std::filesystem::create_symlink(outside / "secret", folder / "link");
  std::filesystem::create_directory_symlink(outside / "", folder / "way");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const auto read = files_below(folder / "").value();
  EXPECT_EQ(read("logo.png").value(), "a logo");
  EXPECT_EQ(read("media/bell.wav").value(), "a bell");
  for (const char* path : {"link", "way/secret", "pipe", "media", "none", "none/none", "logo.png/x"}) {
    const auto found = read(path);
    ASSERT_FALSE(found) << path;
    EXPECT_EQ(found.error(), "There is no such file.");
  }
  folder.put("logo.png", "another");
  EXPECT_EQ(read("logo.png").value(), "another");
}

TEST(FilesInAFolder, AreNotReadWhereTheyAreTooLarge) {
  const Folder folder;
  folder.put("large", "");
  std::filesystem::resize_file(folder / "large", ServedFiles::most_bytes + 1);
  EXPECT_EQ(files_below(folder / "").value()("large").error(), "The file is larger than 64 MB.");
}

TEST(FilesInAFolder, WantAFolderThatIsThere) {
  const auto none = files_below("/no/such/folder");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), "cannot serve files from /no/such/folder: No such file or directory");
}

TEST(Images, AreMadeForAnyModelAndVersion) {
  Service service(simulated());
  for (const items::Model& model : items::models()) {
    std::string name = model.device_type;
    std::replace(name.begin(), name.end(), ' ', '-');
    const Answer answer = get(service, "/images/" + name + "/V3-R5.13.0.img");
    ASSERT_EQ(answer.status, 200) << name;
    EXPECT_EQ(answer.header("Content-Type"), "application/octet-stream");
    const auto image = phone::read_image(answer.body);
    ASSERT_TRUE(image) << image.error();
    EXPECT_EQ(image->device_type, model.device_type);
    EXPECT_EQ(image->software_type, "Siemens SIP");
    EXPECT_EQ(image->version, "V3 R5.13.0");
  }
}

TEST(Images, AreNotThereForWhatCannotBe) {
  Service service(simulated());
  for (const char* path : {"/images/", "/images/OpenStage-61/V3-R5.13.0.img", "/images/60/V3-R5.13.0.img"}) {
    EXPECT_EQ(get(service, path).status, 404) << path;
    EXPECT_THAT(get(service, path).body, HasSubstr("no model of that name")) << path;
  }
  for (const char* path : {"/images/OpenStage-60", "/images/OpenStage-60/", "/images/OpenStage-60/V3-R5.13.0",
                           "/images/OpenStage-60/V3-R5.img", "/images/OpenStage-60/latest.img",
                           "/images/OpenStage-60/V3-R5.13.0.img/x"}) {
    EXPECT_EQ(get(service, path).status, 404) << path;
    EXPECT_THAT(get(service, path).body, HasSubstr("no version of firmware")) << path;
  }
  EXPECT_EQ(get(service, "/images/OpenStage-60/V3-R5.13.0.img", "POST").status, 405);
}

// The phone's own look at them.
TEST(Samples, AreTakenByEachModelThatHasAUseForThem) {
  Service service(simulated());
  for (const items::Model& model : items::models())
    for (const char* type : {"LOGO", "RINGTONE", "SCREENSAVER"}) {
      const auto name = sample_for(model.device_type, type);
      if (!name) continue;
      const Answer answer = get(service, "/files/samples/" + *name);
      ASSERT_EQ(answer.status, 200) << *name;
      EXPECT_EQ(phone::unfit(answer.body, *phone::media_rule(model, type)), "")
          << model.device_type << " " << *name;
    }
}

TEST(Samples, HaveTheSizeThatALogoHas) {
  const auto logo = [](const char* model) {
    return phone::look_at(*sample_bytes(sample_for(model, "LOGO").value()));
  };
  const auto forty = logo("OpenStage 40"), sixty = logo("OpenStage 60"), eighty = logo("OpenStage 80");
  EXPECT_EQ(forty.format, phone::Format::bmp);
  EXPECT_EQ(std::tie(forty.width, forty.height), std::tuple(144u, 32u));
  EXPECT_EQ(forty.bits, 1);
  EXPECT_EQ(sixty.format, phone::Format::png);
  EXPECT_EQ(std::tie(sixty.width, sixty.height), std::tuple(240u, 70u));
  EXPECT_EQ(std::tie(eighty.width, eighty.height), std::tuple(480u, 142u));
  EXPECT_EQ(phone::look_at(*sample_bytes("ringtone.wav")).format, phone::Format::wav);
}

TEST(Samples, AreNotForModelsWithoutAUseForThem) {
  EXPECT_EQ(sample_for("OpenStage 20", "LOGO").error(),
            "there is no sample for it: an OpenStage 20 shows no logo");
  EXPECT_EQ(sample_for("OpenStage 40", "SCREENSAVER").error(),
            "there is no sample for it: an OpenStage 40 shows no screensaver");
  EXPECT_EQ(sample_for("OpenStage 60", "LDAP").error(), "there is no sample of the type LDAP");
  EXPECT_EQ(sample_for("something else", "LOGO").value(), "logo-openstage-60.png");
  EXPECT_FALSE(sample_bytes("none.png"));
}

}  // namespace
}  // namespace understudy::reference
