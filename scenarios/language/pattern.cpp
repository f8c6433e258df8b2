// Regular expressions, by Poco (PCRE).
#include <Poco/Exception.h>
#include <Poco/RegularExpression.h>
#include <utility>

#include "scenarios/language/text.h"

namespace understudy::scenarios::language {

// PCRE searches with its own stack: both limits keep an expression of a stranger's from taking it, or the day.
struct Pattern::Impl {
  explicit Impl(const std::string& expression)
      : whole("(*LIMIT_MATCH=1000000)(*LIMIT_RECURSION=5000)(?:" + expression + ")\\z", options) {}
  static constexpr int options = Poco::RegularExpression::RE_UTF8 | Poco::RegularExpression::RE_ANCHORED;
  Poco::RegularExpression whole;
};

Pattern::Pattern(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pattern::~Pattern() = default;

tl::expected<std::shared_ptr<const Pattern>, std::string> Pattern::of(const std::string& expression) {
  try {
    // By itself first: what closes a group of ours is no expression.
    const Poco::RegularExpression alone(expression, Impl::options);
    return std::shared_ptr<const Pattern>(new Pattern(std::make_unique<Impl>(expression)));
  } catch (const Poco::Exception& error) {
    return tl::unexpected(error.message());
  }
}

bool Pattern::matches(const std::string& value) const {
  try {
    Poco::RegularExpression::Match match;
    return impl_->whole.match(value, 0, match) > 0 && match.offset == 0;
  } catch (const Poco::Exception&) {
    return false;
  }
}

}  // namespace understudy::scenarios::language
