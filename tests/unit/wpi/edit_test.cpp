#include "wpi/edit.h"

#include <gtest/gtest.h>

#include "wpi/reader.h"

namespace understudy::wpi {
namespace {

std::string message(const std::string& items) {
  return "<?xml version=\"1.0\"?>\n<DLSMessage xmlns=\"http://www.siemens.com/DLS\">\n <Message nonce=\"1\"><Action>WriteItems</Action><ItemList>" +
         items + "</ItemList></Message></DLSMessage>";
}

std::string edited(const std::string& bytes, const std::vector<NewValue>& values) {
  Reader reader;
  return with_values(bytes, reader.read(bytes, Sender::service), values);
}

TEST(EditedMessage, DiffersInTheValueAlone) {
  const std::string before = "<Item  name='a' >\n  one\n</Item ><Item name=\"b\"/>", behind = "<Item name=\"d\">&#x41;</Item>";
  EXPECT_EQ(edited(message(before + "<Item name=\"c\">short</Item>" + behind), {{2, "something longer"}}),
            message(before + "<Item name=\"c\">something longer</Item>" + behind));
}

TEST(EditedMessage, HasSeveralValuesShorterAndLongerOnes) {
  EXPECT_EQ(edited(message("<Item name=\"a\"> 10.0.0.5 </Item><Item name=\"b\">1</Item>"), {{0, "x"}, {1, "22"}}),
            message("<Item name=\"a\"> x </Item><Item name=\"b\">22</Item>"));
}

TEST(EditedMessage, EscapesWhatIsNew) {
  EXPECT_EQ(edited(message("<Item name=\"a\"><![CDATA[1]]></Item>"), {{0, "a<&b"}}), message("<Item name=\"a\">a&lt;&amp;b</Item>"));
}

TEST(EditedMessage, StaysWhereThereIsNoValueOrNoReadableMessage) {
  const std::string empty = message("<Item name=\"a\"></Item><Item name=\"b\"> </Item><Item name=\"c\"/>");
  EXPECT_EQ(edited(empty, {{0, "x"}, {1, "x"}, {2, "x"}}), empty);
  const std::string cut = message("<Item name=\"a\">1</Item>").substr(0, 150);
  EXPECT_EQ(edited(cut, {}), cut);
  std::string latin = message("<Item name=\"a\">1</Item>");
  latin.replace(latin.find("?>"), 0, " encoding=\"ISO-8859-1\"");
  EXPECT_EQ(edited(latin, {{0, "2"}}), latin);
}

}  // namespace
}  // namespace understudy::wpi
