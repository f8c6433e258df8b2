// How a scenario is read: one pass over its XML, with what has been seen so far. Not for others than the reader.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/language/model.h"
#include "scenarios/language/reader.h"
#include "scenarios/xml_file.h"

namespace understudy::scenarios::language {

// What a text is for: `pattern` has braces of its own, `bytes` has escapes and lines that are joined.
enum class Form { plain, pattern, bytes };

// After the first error everything goes on with values that mean nothing: nobody sees them.
class Reading {
 public:
  Reading(const XmlSchema& schema, const std::vector<std::string_view>& rules, const OtherFile& other,
          Scenario& out)
      : schema_(schema), rules_(rules), other_(other), out_(out) {}

  // reader.cpp
  void scenario(std::shared_ptr<const XmlFile> file);
  const std::optional<FileError>& error() const { return error_; }

 private:
  struct File {
    std::shared_ptr<const XmlFile> xml;
    std::uint32_t source = 0;  // of Scenario::sources
    std::string path;          // from the scenario's folder on
  };
  struct Row {
    std::string as;
    std::shared_ptr<const Table> table;
  };
  struct Loaded {
    std::shared_ptr<const Table> table;
    std::uint32_t source = 0;
    std::vector<std::vector<std::size_t>>
        offsets;  // of each field of each row; the first row is that of the names
  };
  struct Used {
    std::string name;
    Place place;
  };

  // reader.cpp
  static std::string one_line(std::string_view text);  // white space is one blank, and none at the ends
  void claims(const XmlElement& element);
  void variables_are_known();
  Include include(const XmlElement& element);
  // The path from the scenario's folder on that an attribute names; empty after an error.
  std::string path_in(const XmlAttribute& attribute);
  std::string shown_path(const std::string& path) const;  // as an error names it
  void check_meetings(Steps& branches);

  // values.cpp: what an attribute says
  const XmlFile& file() const { return *files_.back().xml; }
  void fail(std::size_t begin, std::string text);
  void fail(const XmlAttribute& attribute, std::string text) { fail(attribute.begin, std::move(text)); }
  void fail(const Place& place, std::string text);
  Place place_at(std::size_t begin, std::size_t length) const {
    return {files_.back().source, begin, length};
  }
  Place place_of(const XmlElement& element) const {
    return place_at(element.begin, file().length_at(element.begin));
  }
  Place place_of(const XmlAttribute& attribute) const {
    return place_at(attribute.begin, file().length_at(attribute.begin));
  }
  std::uint64_t number(const XmlAttribute& attribute, std::uint64_t least, std::uint64_t most);
  microseconds duration(const XmlAttribute& attribute, bool may_be_zero = false);
  std::optional<microseconds> optional_duration(const XmlElement& element, std::string_view name);
  static bool is_true(const XmlElement& element, std::string_view name);
  static std::optional<bool> optional_bool(const XmlElement& element, std::string_view name);
  std::optional<std::size_t> optional_number(const XmlElement& element, std::string_view name,
                                             std::uint64_t least, std::uint64_t most);
  std::optional<StatusRange> statuses(const XmlElement& element, std::string_view name);
  std::string name(const XmlAttribute& attribute);  // of a phone, a timer, a meeting, a row
  // Of a variable that this step gives a value; empty where there is no such attribute.
  std::string variable(const XmlElement& element, std::string_view attribute);
  // Words with blanks between them, each with its place in that of all.
  std::vector<std::pair<std::string_view, Place>> words(std::string_view text, const Place& place) const;
  phone::Quirks quirks(std::string_view names, const Place& place);
  std::optional<wpi::Action> action(const XmlElement& element) const;

  // texts.cpp
  Text text(const XmlAttribute& attribute, Form form = Form::plain);
  std::optional<Text> optional_text(const XmlElement& element, std::string_view attribute);
  Text content(const XmlElement& element,
               Form form = Form::plain);        // of an element, without white space around it
  Text raw_content(const XmlElement& element);  // to the byte
  // `says` stands at these bytes of a source, if it is written there as it is.
  Text parsed(std::string_view says, std::uint32_t source, std::size_t begin, std::size_t end, Form form);
  TextPart part_named(std::string_view name, const Place& place);
  Match match(const XmlElement& element);

  // tables.cpp
  const Loaded* table(const XmlAttribute& path);

  // phones.cpp
  void phones(const XmlElement* element);
  void one_phone(const XmlElement& element);
  fleet::Chance fault_by_chance(const XmlElement& element);
  void phone_table(const XmlElement& element);
  void add_phones(const std::string& name, std::uint32_t count, PhoneKind kind, std::string mac,
                  std::string number, const Place& place);
  void add_group(const std::string& name, PhoneRange range, const Place& place);
  const phone::Model* model(std::string_view named, const Place& place);
  std::shared_ptr<const phone::Firmware> firmware(std::string_view named, const Place& place);
  void check_mac(std::string_view mac, const Place& place);
  void check_number(std::string_view number, const Place& place);
  Setting setting(const XmlElement& element, const PhoneKind& kind);
  // An item that a person gives a value: whether he can. Where something is only known when it is played, that is not checked.
  void check_setting(const Setting& setting, const PhoneKind& kind);
  std::optional<PhoneRange> whose(const XmlElement& element, std::string_view attribute = "phone");
  // The same where it must be a single phone.
  std::optional<std::uint32_t> one_phone_of(const XmlElement& element, std::string_view attribute);
  const PhoneKind& kind_here() const { return out_.kinds[out_.phones[here_].kind]; }

  // events.cpp
  std::optional<Event> event(const XmlElement& element);
  LocalChange local_change(const XmlElement& element);
  InventoryChange inventory_change(const XmlElement& element);
  ContactMe contact_me(const XmlElement& element);
  Trigger trigger(const XmlElement& element);
  Behave behave(const XmlElement& element);

  // expectations.cpp
  Expect expect(const XmlElement& element);
  std::vector<Expect> expects(const XmlElement& element);
  ExpectedItem expected_item(const XmlElement& element);
  ExpectedHeader expected_header(const XmlElement& element);
  Never never(const XmlElement& element);
  Answer answer(const XmlElement& element);
  void check_answer(const XmlElement& element, const Answer& answer);

  // steps.cpp
  Steps steps(const std::vector<XmlElement>& elements);
  Step step(const XmlElement& element);
  What what(const XmlElement& element);
  What wait(const XmlElement& element);
  Say say(const XmlElement& element);
  Hostile hostile(const XmlElement& element);
  Fault fault(const XmlElement& element);
  double chance(const XmlAttribute& attribute);
  std::chrono::minutes minutes(const XmlAttribute& attribute);
  Attempt attempt(const XmlElement& element);
  Meet meet(const XmlElement& element);
  ForEach for_each(const XmlElement& element);
  Choose choose(const XmlElement& element);
  Together together(const XmlElement& element);

  const XmlSchema& schema_;
  const std::vector<std::string_view>& rules_;
  const OtherFile& other_;
  Scenario& out_;
  std::optional<FileError> error_;

  std::vector<File> files_;  // those that are being read, each included by the one before
  std::map<std::string, File> read_;
  std::map<std::string, Loaded> tables_;
  std::map<std::string, std::shared_ptr<const phone::Firmware>, std::less<>> firmwares_;
  std::map<std::string, PhoneRange, std::less<>> groups_;  // what phone="..." can say
  std::vector<Row> rows_;                                  // of the <for-each>s around
  std::set<std::string> given_;                            // variables that some step gives a value
  std::vector<Used> used_;
  std::uint32_t here_ = 0;  // the phone of the step around, the first of several
  int events_around_ = 0, together_around_ = 0;
  bool hostile_around_ = false;
  std::size_t steps_ = 0;
};

// "; did you mean X?", or where no name is near those that there are, if they are few; else what `otherwise` says.
std::string or_near(std::string_view wrong, const std::vector<std::string_view>& names, std::string_view otherwise = {});
std::string in_quotes(std::string_view text);

}  // namespace understudy::scenarios::language
