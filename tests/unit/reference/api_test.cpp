// The job API, as somebody with curl uses it.
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_support.h"

namespace understudy::reference {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string mac = "00:1A:E8:FF:00:01";
const std::string base = "/api/phones/" + mac;

class JobApi : public ::testing::Test {
 protected:
  Answer get(const std::string& path) {
    return ask(service, {"GET", path, {}, ""}, std::chrono::seconds(61));
  }
  Answer post(const std::string& path, const std::string& body) {
    return ask(service, {"POST", path, {}, body});
  }

  static Object::Ptr object_in(const Answer& answer) {
    return Poco::JSON::Parser().parse(answer.body).extract<Object::Ptr>();
  }
  static Array::Ptr array_in(const Answer& answer) {
    return Poco::JSON::Parser().parse(answer.body).extract<Array::Ptr>();
  }
  std::string error(const std::string& job) {
    const Answer answer = post(base + "/jobs", job);
    EXPECT_EQ(answer.status, 400) << job;
    return object_in(answer)->getValue<std::string>("error");
  }

  Service service{simulated()};
  HandPhone phone{service, mac};
};

TEST_F(JobApi, ListsThePhonesThatCalled) {
  EXPECT_EQ(array_in(get("/api/phones"))->size(), 0u);
  phone.runs(phone.starts_up());
  const Answer answer = get("/api/phones");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Content-Length"), std::to_string(answer.body.size()));
  const Object::Ptr one = array_in(answer)->getObject(0);
  EXPECT_EQ(one->getValue<std::string>("mac"), mac);
  EXPECT_EQ(one->getValue<std::string>("model"), "OpenStage 60");
  EXPECT_EQ(one->getValue<std::string>("firmware"), "V3 R5.12.0");
  EXPECT_EQ(one->getValue<std::string>("number"), "4930000001");
  EXPECT_EQ(one->getValue<int>("lastContactSeconds"), 60);
  EXPECT_EQ(one->getArray("jobs")->getObject(0)->getValue<std::string>("state"), "done");  // the profile
  EXPECT_EQ(object_in(get(base))->getValue<std::string>("mac"), mac);
  EXPECT_EQ(get("/api/phones/00%3A1a%3Ae8%3Aff%3A00%3A01").status, 200);
}

TEST_F(JobApi, ShowsNoUserAndPasswordOfAUrl) {
  const Answer answer =
      post(base + "/jobs", R"({"kind": "write", "items": [{"name": "dcmp-url", "value": "http://desk:geheim@10.0.0.5/poll"}]})");
  EXPECT_EQ(answer.status, 201);
  EXPECT_THAT(answer.body, HasSubstr("\"http://***********@10.0.0.5/poll\""));
}

TEST_F(JobApi, ShowsItemsWithSecretsMasked) {
  phone.has = {item("sip-pwd", "geheim\xC3\xA4"), item("key-label", "Lift \"3\"", "3")};
  phone.runs(phone.starts_up());
  const Answer answer = get(base + "/items");
  EXPECT_THAT(answer.body, Not(HasSubstr("geheim")));
  EXPECT_THAT(answer.body, HasSubstr("\"*******\""));
  bool label = false;
  const Array::Ptr items = array_in(answer);
  for (const auto& one : *items) {
    const auto object = one.extract<Object::Ptr>();
    if (object->getValue<std::string>("name") != "key-label") continue;
    label = object->getValue<int>("index") == 3 && object->getValue<std::string>("value") == "Lift \"3\"";
  }
  EXPECT_TRUE(label);
}

TEST_F(JobApi, TakesAJobAndTellsWhatBecameOfIt) {
  Answer answer = post(base + "/jobs", R"({"kind":"write","items":[{"name":"sntp-addr","value":"192.0.2.1"},
      {"name":"function-key-def","index":1,"value":59},{"name":"blf-popup","index":"1","value":true}]})");
  ASSERT_EQ(answer.status, 201) << answer.body;
  const auto id = object_in(answer)->getValue<std::uint64_t>("id");
  EXPECT_EQ(object_in(answer)->getValue<std::string>("state"), "waiting");
  EXPECT_TRUE(object_in(get(base))->isNull("lastContactSeconds"));  // it has not called yet
  EXPECT_EQ(service.items_of(mac), nullptr);

  phone.runs(phone.starts_up());
  answer = get(base + "/jobs/" + std::to_string(id));
  EXPECT_EQ(object_in(answer)->getValue<std::string>("state"), "done");
  EXPECT_EQ(object_in(answer)->getValue<std::string>("outcome"), "3 items written");
  EXPECT_EQ(object_in(answer)->getArray("answer")->size(), 3u);
  EXPECT_EQ(array_in(get(base + "/jobs"))->size(), 2u);
  const Job& job = *service.find_job(mac, id);
  EXPECT_EQ(job.items[1].value, "59");
  EXPECT_EQ(job.items[1].index, "1");
  EXPECT_EQ(job.items[2].value, "true");
}

TEST_F(JobApi, TakesEveryKindOfJob) {
  const std::string items = R"(,"items":[{"name":"file-name","value":"x"}])";
  for (const std::string kind : {"read", "write", "deploy-files", "deploy-software"}) {
    EXPECT_EQ(post(base + "/jobs", "{\"kind\":\"" + kind + "\"" + items + "}").status, 201) << kind;
    EXPECT_THAT(error("{\"kind\":\"" + kind + "\"}"), HasSubstr("needs items"));
  }
  for (const std::string kind : {"read-all", "restart", "factory-reset"}) {
    EXPECT_EQ(post(base + "/jobs", "{\"kind\":\"" + kind + "\"}").status, 201) << kind;
    EXPECT_THAT(error("{\"kind\":\"" + kind + "\"" + items + "}"), HasSubstr("takes no items"));
  }
}

TEST_F(JobApi, SaysWhatIsWrongWithAJob) {
  EXPECT_THAT(error(""), HasSubstr("cannot be read"));
  EXPECT_THAT(error("{\"kind\":"), HasSubstr("cannot be read"));
  EXPECT_THAT(error("[]"), HasSubstr("object"));
  EXPECT_THAT(error("{}"), HasSubstr("kind is missing"));
  EXPECT_THAT(error(R"({"kind":"reboot"})"), HasSubstr("no kind is called \"reboot\""));
  EXPECT_THAT(error(R"({"kind":[]})"), HasSubstr("kind"));
  EXPECT_THAT(error(R"({"kind":"restart","when":"now"})"), HasSubstr("\"when\""));
  EXPECT_THAT(error(R"({"kind":"read","items":{}})"), HasSubstr("no array"));
  EXPECT_THAT(error(R"({"kind":"read","items":[7]})"), HasSubstr("items[0] is no object"));
  EXPECT_THAT(error(R"({"kind":"read","items":[{"value":"x"}]})"), HasSubstr("items[0] has no name"));
  EXPECT_THAT(error(R"({"kind":"read","items":[{"name":"a\"<b"}]})"),
              HasSubstr("items[0].name is no item's name"));
  EXPECT_THAT(error(R"({"kind":"write","items":[{"name":"a","value":"\u0001x"}]})"),
              HasSubstr("items[0].value"));
  EXPECT_THAT(error(R"({"kind":"read","items":[{"name":null}]})"), HasSubstr("items[0].name"));
  EXPECT_THAT(error(R"({"kind":"read","items":[{"name":"a","index":"first"}]})"), HasSubstr("index"));
  EXPECT_THAT(error(R"({"kind":"read","items":[{"name":"a","index":-1}]})"), HasSubstr("index"));
  EXPECT_THAT(error(R"({"kind":"read","items":[{"name":"a","status":"x"}]})"),
              HasSubstr("items[0].status is unknown"));
  EXPECT_THAT(error(std::string(100'000, '[')), HasSubstr("cannot be read"));
}

TEST_F(JobApi, SaysWhatIsNotThereAndWhatIsNotAllowed) {
  phone.starts_up();
  for (const std::string& path :
       {std::string("/api/"), std::string("/api/jobs"), std::string("/api/phones/00:00:00:00:00:00"),
        base + "/pictures", base + "/jobs/99", base + "/jobs/x", base + "/jobs/1/2"}) {
    const Answer answer = get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_TRUE(object_in(answer)->has("error"));
  }
  EXPECT_EQ(post("/api/phones", "{}").status, 405);
  EXPECT_EQ(post("/api/phones", "{}").header("Allow"), "GET");
  const Answer answer = ask(service, {"DELETE", base + "/jobs", {}, ""});
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("Allow"), "GET, POST");
  EXPECT_EQ(get("/api/phones/%zz").status, 400);
  EXPECT_EQ(post("/api/phones/a%20b/jobs", R"({"kind":"restart"})").status, 400);
}

TEST_F(JobApi, RefusesMoreJobsThanItKeeps) {
  for (int i = 0; i < 200; ++i) ASSERT_EQ(post(base + "/jobs", R"({"kind":"restart"})").status, 201);
  EXPECT_EQ(post(base + "/jobs", R"({"kind":"restart"})").status, 409);
}

}  // namespace
}  // namespace understudy::reference
