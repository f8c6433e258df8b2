// `understudy phone` is sent files by our own service, from a real FTP server.
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program_support.h"
#include "support/folder.h"
#include "support/media.h"

namespace understudy::e2e {
namespace {

using ::testing::HasSubstr;

constexpr const char* mac = "00:1A:E8:FF:C5:01";

constexpr const char* ftp_server = R"(
import logging, sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
logging.disable(logging.CRITICAL)
authorizer = DummyAuthorizer()
authorizer.add_user('ftpuser', 'secret', sys.argv[1])
FTPHandler.authorizer = authorizer
server = FTPServer(('127.0.0.1', 0), FTPHandler)
print(server.address[1], 'is the port', flush=True)
server.serve_forever(handle_exit=False)
)";

std::string item(const std::string& name, const std::string& value, int index) {
  return "{\"name\":\"" + name + "\",\"value\":\"" + value + "\",\"index\":" + std::to_string(index) + "}";
}

class Files : public ::testing::Test {
 protected:
  Folder folder_;
  const OurService service_;
  Running ftp_{{"/usr/bin/python3", "-B", "-c", ftp_server, folder_ / ""}, Running::Program::any};
  std::string port_ = [this] {
    const std::string said = ftp_.wait_for("is the port");
    return said.substr(0, said.find(' '));
  }();

  std::string by_ftp(const std::string& name, const std::string& type, int index) const {
    return item("file-server", "127.0.0.1", index) + "," + item("file-port", port_, index) + "," +
           item("file-username", "ftpuser", index) + "," + item("file-pwd", "secret", index) + "," +
           item("file-name", name, index) + "," + item("file-type", type, index);
  }
  void order(const std::string& items) const {
    const std::string job = "{\"kind\":\"deploy-files\",\"items\":[" + items + "]}";
    Running post(
        {"/usr/bin/curl", "-sk",
         service_.url().substr(0, service_.url().find('/', 8)) + "/api/phones/" + mac + "/jobs", "-d", job},
        Running::Program::any);
    EXPECT_THAT(post.finish().out, HasSubstr("\"kind\""));
  }
};

TEST_F(Files, AreFetchedKeptShownInTheTranscriptAndDeleted) {
  folder_.put("logo.png", png_of(240, 70));
  folder_.put("large.png", png_of(480, 142));
  order(by_ftp("logo.png", "LOGO", 1) + "," + by_ftp("large.png", "LOGO", 2) + "," +
        by_ftp("none.png", "PIC", 3));
  Running phone({"phone", "--service", service_.url(), "--door-port", "0", "--mac", mac, "--contact-gap",
                 "1ms", "--files", folder_ / "kept", "--transcript", folder_ / "said.jsonl"});
  const std::string from = " from ftp://127.0.0.1:" + port_ + "/";
  const std::string said =
      phone.wait_for("PIC none.png" + from + "none.png: failed: the server does not have it: \"550");
  EXPECT_THAT(said, HasSubstr("LOGO logo.png" + from + "logo.png: ok, 63 bytes, "));
  EXPECT_THAT(
      said,
      HasSubstr(
          "LOGO large.png" + from +
          "large.png: not taken: it is a PNG that cannot be used: its 480 x 142 pixels are more than 240 x 70"));
  phone.wait_for("status");
  const std::string kept = folder_ / "kept/00-1A-E8-FF-C5-01/LOGO/logo.png";
  EXPECT_EQ(contents(kept), png_of(240, 70));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "kept/00-1A-E8-FF-C5-01/LOGO/large.png"));
  phone.type("show file-deployment-status[1]");
  phone.wait_for("file-deployment-status[1] = ok");
  phone.type("show file-deployment-status[2]");
  phone.wait_for("file-deployment-status[2] = failed");
  phone.type("reset");
  phone.wait_for("restarts");
  phone.type("quit");
  EXPECT_EQ(phone.finish().status, 0);
  EXPECT_FALSE(std::filesystem::exists(kept)) << "a factory reset takes them along";
  EXPECT_THAT(contents(folder_ / "said.jsonl"), HasSubstr("\"event\":\"download\""));
}

}  // namespace
}  // namespace understudy::e2e
