// Makes a Document of the events of a parser, whatever the parser.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wpi/message.h"
#include "wpi/reader.h"
#include "wpi/source.h"

namespace understudy::wpi {

struct XmlAttribute {
  std::u16string_view name;  // with its prefix
  std::u16string_view value;
};

class Understanding {
 public:
  Understanding(const Source& source, Sender sender, const ReadLimits& limits);

  // Each event is told with the offset in the source's text behind it. False: a limit is passed, do not go
  // on.
  bool start(std::u16string_view name, std::span<const XmlAttribute> attributes, std::size_t end);
  void end(std::size_t end);
  void characters(std::u16string_view text);
  void comment(std::size_t end);
  void instruction(std::u16string_view target, std::size_t end);

  void add(Oddity oddity, std::string_view detail, Range range);
  // Not well-formed, or refused. Only the first call counts.
  void fail(std::string error, std::size_t offset);
  bool failed() const { return failed_; }
  const std::vector<OddText>& oddities() const { return document_.oddities; }
  // No root of ours, or none at all, was met.
  bool nothing_found() const { return document_.messages == 0 && !root_is_ours_; }
  // Closes the books.
  Document finish();

 private:
  enum class Kind {
    envelope,  // an XML signature, or what it holds beside the message
    root,      // ours, or a foreign one at the outside
    message,
    action,
    reason,
    item_list,
    item,
    foreign  // and everything below it
  };
  struct Open {
    Kind kind;
    Range tag;
    std::size_t namespaces;  // how many were declared outside
  };
  struct Namespace {
    std::string prefix, uri;
  };

  Kind kind_of(std::string_view name, Range tag);
  Kind kind_in_root(std::string_view name, Range tag);
  Kind kind_in_message(std::string_view name, Range tag);
  Kind stray(Kind kind, std::string_view name, Range tag);
  void open_root(std::string_view name, bool ours, Range tag);
  void open_message(std::span<const XmlAttribute> attributes, Range tag);
  void open_reason(std::span<const XmlAttribute> attributes, Range tag);
  void open_item_list(Range tag);
  void open_item(std::span<const XmlAttribute> attributes, Range tag);
  void note_order();
  void note_attributes(std::span<const XmlAttribute> attributes, std::span<const std::u16string_view> known,
                       Range tag);
  void declare_namespaces(std::span<const XmlAttribute> attributes);
  std::string_view namespace_of(std::string_view prefix) const;
  void note_namespace(std::string_view prefix, bool declares, Range tag);
  void flush_text(std::size_t next);
  Text element_text(const Open& open, Range content) const;

  const Source* source_;
  std::string_view text_;
  Sender sender_;
  ReadLimits limits_;
  Document document_;
  std::array<int, 27> counts_{};  // of each oddity

  std::vector<Open> open_;
  std::vector<Namespace> namespaces_;
  std::size_t markup_end_ = 0;  // where the text since the last markup begins
  std::string value_;           // of the innermost action, reason or item
  std::string name_;            // of the element being started
  bool root_is_ours_ = false;
  bool failed_ = false;
  bool ordered_ = false;  // Action or ReasonForContact was met in this Message
  int lists_in_message_ = 0;
  Range first_list_;  // of this Message
  Item item_;
  ReasonText reason_;
};

}  // namespace understudy::wpi
