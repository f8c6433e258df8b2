// Masks secrets in what is shown or kept: passwords and personal data in items, cookies, authorization.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "transcript/entry.h"

namespace understudy::transcript {

// A stand-in has the length and the kinds of characters of the secret (digit for digit, letter for letter,
// case kept, anything else unchanged), so that lengths can be judged and carets stay in place. The same
// secret has the same stand-in for the life of a Masker. It is made from the count of secrets seen so far,
// never from the secret itself.
class Masker {
 public:
  explicit Masker(std::function<bool(std::string_view item_name)> is_secret);
  // With stand-ins of somebody else's making, which are as long and have characters of the same lengths at the same places.
  Masker(std::function<bool(std::string_view item_name)> is_secret, std::function<std::string(std::string_view)> make_stand_in);

  // The bytes of a message with the values of secret items masked, and user and password in the URLs of others. Works on broken XML too; what looks like
  // an Item start tag counts. Text that is not UTF-8 compatible (it has NUL bytes) is masked whole.
  std::string body(std::string_view bytes);
  // A header's value: all of Authorization; the value of each cookie in Cookie and Set-Cookie, not its
  // attributes.
  std::string header(std::string_view name, std::string_view value);
  // Status line and header lines as bytes.
  std::string head(std::string_view bytes);
  // An item's value.
  std::string value(std::string_view item_name, std::string_view text);
  std::string secret(std::string_view text);
  // Free text (a failure in words): every secret of four characters or more that was masked before is
  // covered.
  std::string words(std::string_view text) const;

  // Every secret that was masked, with its stand-in.
  const std::map<std::string, std::string, std::less<>>& stand_ins() const { return stand_ins_; }

  wpi::HttpRequest masked(const wpi::HttpRequest& request);
  wpi::HttpResponse masked(const wpi::HttpResponse& response);

 private:
  std::function<bool(std::string_view)> is_secret_;
  std::function<std::string(std::string_view)> make_stand_in_;
  void cover_content(std::string& out, std::size_t from, std::size_t to);
  void cover_user_info(std::string& out, std::size_t from, std::size_t to);
  // Writes the stand-in of the secret that stands in out[from, to) over it, in the same notation.
  void cover_xml(std::string& out, std::size_t from, std::size_t to);
  void cover_percent(std::string& out, std::size_t from, std::size_t to);
  std::map<std::string, std::string, std::less<>> stand_ins_;
  std::map<std::string, std::uint64_t, std::less<>> counts_;  // secrets seen of a shape
};

// The bytes of status line and headers with each value, or part of a folded one, as `value` gives it.
std::string head_with(std::string_view bytes, const std::function<std::string(std::string_view name, std::string_view value)>& value);
// The bytes of a chunked body with the data of its chunks taken from `body`, which is as long: what is hidden may stand in two
// chunks. `value` as above, for the trailer.
std::string coded_body_with(std::string_view coded, std::string_view body,
                            const std::function<std::string(std::string_view name, std::string_view value)>& value);

}  // namespace understudy::transcript
