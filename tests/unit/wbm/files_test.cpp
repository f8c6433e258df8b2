// The phone's files on its page: pictures are shown, the rest is given out, and nothing of it is ever a page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pages_support.h"
#include "support/media.h"

namespace understudy::wbm {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class HouseWithFiles : public FakeHouse {
 public:
  std::shared_ptr<const std::string> file(const std::string& id, const std::string& type,
                                          const std::string& name) const override {
    const auto found = files.find(id + "/" + type + "/" + name);
    return found == files.end() ? nullptr : std::make_shared<const std::string>(found->second);
  }
  void send(const std::string& type, const std::string& name, const std::string& bytes) {
    const std::string index = std::to_string(files.size() + 1);
    write("file-deployment-name", name, index);
    write("file-deployment-type", type, index);
    files["phone-1/" + type + "/" + name] = bytes;
  }
  std::map<std::string, std::string> files;
};

struct FilesOfAPhone : ::testing::Test {
  HouseWithFiles house;
  look::Ladders ladders;
  Site site{house, ladders, {}, {"127.0.0.1:8443"}, nullptr};
  Visitor visitor{site};
  void SetUp() override { visitor.log_in(Role::user); }
};

TEST_F(FilesOfAPhone, ThatArePicturesAreShown) {
  house.send("LOGO", "a b.png", png_of(240, 70));
  house.send("RINGTONE", "bell.mp3", mp3_of(2));
  const std::string page = visitor.get("/phones/phone-1/").body;
  EXPECT_THAT(
      page,
      HasSubstr("<img src=\"/phones/phone-1/files/LOGO/a%20b.png\" alt=\"LOGO a b.png, 240 x 70 pixels\""));
  EXPECT_THAT(page, HasSubstr("<a href=\"/phones/phone-1/files/RINGTONE/bell.mp3\" download>834 bytes</a>"));
}

TEST_F(FilesOfAPhone, AreGivenOutAsWhatTheyAreAndNeverAsAPage) {
  house.send("LOGO", "a.png", png_of(240, 70));
  house.send("RINGTONE", "bell.mp3", mp3_of(2));
  house.send("LDAP", "page.html", "<script>alert(1)</script>");
  const Answer picture = visitor.get("/phones/phone-1/files/LOGO/a.png");
  EXPECT_EQ(picture.type, "image/png");
  EXPECT_EQ(picture.body, png_of(240, 70));
  EXPECT_THAT(header(picture, "Content-Disposition"), StartsWith("inline"));
  const Answer sound = visitor.get("/phones/phone-1/files/RINGTONE/bell.mp3");
  EXPECT_EQ(sound.type, "audio/mpeg");
  EXPECT_THAT(header(sound, "Content-Disposition"), StartsWith("attachment; filename*=UTF-8''bell.mp3"));
  const Answer text = visitor.get("/phones/phone-1/files/LDAP/page.html");
  EXPECT_EQ(text.type, "application/octet-stream");
  EXPECT_THAT(header(text, "Content-Disposition"), StartsWith("attachment"));
  EXPECT_THAT(header(text, "Content-Security-Policy"), HasSubstr("sandbox"));
}

TEST_F(FilesOfAPhone, AreForThoseAloneWhoAreLoggedIn) {
  house.send("LOGO", "a.png", png_of(240, 70));
  EXPECT_EQ(Visitor(site).get("/phones/phone-1/files/LOGO/a.png").status, 303);
  EXPECT_EQ(visitor.get("/phones/phone-1/files/LOGO/b.png").status, 404);
  EXPECT_EQ(visitor.get("/phones/phone-1/files/PIC/a.png").status, 404);
}

}  // namespace
}  // namespace understudy::wbm
