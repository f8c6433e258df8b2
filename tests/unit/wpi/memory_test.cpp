// A reader that has read something like it before reads a message as one that never has.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "support/messages.h"
#include "wpi/reader.h"
#include "wpi/writer.h"

namespace understudy::wpi {
namespace {

std::string at(const Place& place, std::uint32_t length) {
  return "@" + std::to_string(place.offset) + "+" + std::to_string(length) + " " + std::to_string(place.line) + ":" + std::to_string(place.column);
}
std::string told(const std::optional<Text>& text) { return text ? text->text + at(text->place, text->length) : "none"; }

// All that a document says.
std::string told(const Document& read) {
  std::string out = std::string(read.well_formed ? "good " : "bad ") + (read.empty ? "empty " : "") + read.error + at(read.error_place, 0) + read.root +
                    "|" + read.root_namespace + at(read.root_place, read.root_length) + "\n" + std::to_string(read.messages) +
                    at(read.message_place, read.message_length) + told(read.nonce) + told(read.max_items) + told(read.fragment) + "\n";
  for (const Text& action : read.actions) out += "action " + told(action) + "\n";
  for (const ReasonText& reason : read.reasons) out += "reason " + told(reason.reason) + told(reason.action) + told(reason.status) + "\n";
  for (const Place& place : read.item_list_places) out += "list " + at(place, 0) + "\n";
  for (const Item& item : read.items)
    out += item.name + "[" + item.index.value_or("-") + "]=" + item.value + item.status + item.type + at(item.place, item.length) + "\n";
  for (const OddText& odd : read.oddities) out += std::string(name_of(odd.oddity)) + odd.detail + at(odd.place, odd.length) + "\n";
  return out;
}

std::string read_anew(const std::string& bytes, Sender sender) { return told(Reader().read(bytes, sender)); }

std::string clean_up(const std::string& nonce) { return service_message("<Action>CleanUp</Action>", nonce); }

TEST(Reader, ReadsTheSameMessageWithAnotherNonceAsIfItWereNew) {
  Reader reader;
  for (const std::string& bytes : {clean_up("A1"), clean_up("A1"), clean_up("B2"), clean_up("b3"), clean_up("C4D"), clean_up("77"),
                                   service_message("<Action>ReadAllItems</Action>", "B2"), clean_up("9Z")})
    EXPECT_EQ(told(reader.read(bytes, Sender::service)), read_anew(bytes, Sender::service)) << bytes;
}

TEST(Reader, TakesNothingForANonceThatStandsForSomethingElse) {
  Reader reader;
  reader.read(clean_up("ABCDE"), Sender::service);
  for (const std::string nonce : {"&amp;", "A\"B=\"", "AB CD", "<ABC>", "&#65;", "\"    ", "\xC3\xA4" "BC D", "\xFF" "BCDE", "A\nBCD"}) {
    const std::string bytes = clean_up(nonce);
    EXPECT_EQ(told(reader.read(bytes, Sender::service)), read_anew(bytes, Sender::service)) << nonce;
  }
  reader.read(clean_up("&amp;"), Sender::service);
  EXPECT_EQ(reader.read(clean_up("FGHIJ"), Sender::service).nonce_or_empty(), "FGHIJ");
}

TEST(Reader, KeepsWhatTheSidesSayApart) {
  Reader reader;
  const std::string bytes = clean_up("A1");
  reader.read(bytes, Sender::service);
  EXPECT_EQ(told(reader.read(bytes, Sender::phone)), read_anew(bytes, Sender::phone));
}

// Messages that differ in a byte or two, in any order, from one reader and from as many as there are messages.
TEST(Reader, ThatRemembersReadsLikeOneThatDoesNot) {
  EXPECT_TRUE(rc::check([] {
    Reader reader;
    const std::vector<std::string> parts = {clean_up("A1B2"), service_message("<Action>ReadAllItems</Action>", "A1B2"),
                                            service_message("<Action>WriteItems</Action><ItemList><Item name=\"e164\">1</Item></ItemList>", "A1B2"),
                                            "", "<DLSMessage><Message nonce=\"A1B2\"/></DLSMessage>", "text"};
    for (int turn = 0; turn < 12; ++turn) {
      std::string bytes = *rc::gen::elementOf(parts);
      const int changes = *rc::gen::inRange(0, 4);
      for (int n = 0; n < changes && !bytes.empty(); ++n) {
        const std::size_t nonce = bytes.find("A1B2");
        const bool in_nonce = *rc::gen::inRange(0, 3) > 0 && nonce != std::string::npos;
        const std::size_t place = in_nonce ? nonce + static_cast<std::size_t>(*rc::gen::inRange(0, 4))
                                           : static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(bytes.size())));
        bytes[place] = *rc::gen::element('A', 'z', '7', ' ', '"', '<', '&', '>', '\n', '\xC3');
      }
      const Sender sender = *rc::gen::element(Sender::service, Sender::phone);
      RC_ASSERT(told(reader.read(bytes, sender)) == read_anew(bytes, sender));
    }
  }));
}

}  // namespace
}  // namespace understudy::wpi
