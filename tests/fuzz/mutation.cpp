#include "mutation.h"

#include <algorithm>
#include <string_view>

namespace understudy::fuzz {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t size_limit = 64 * 1024;

constexpr std::string_view tokens[] = {"<"sv,
                                       ">"sv,
                                       "/>"sv,
                                       "</"sv,
                                       "&"sv,
                                       "&amp;"sv,
                                       "&lt;"sv,
                                       "&#0;"sv,
                                       "&#xD800;"sv,
                                       "&#x10FFFF;"sv,
                                       "&x;"sv,
                                       "\""sv,
                                       "'"sv,
                                       "="sv,
                                       "<!--"sv,
                                       "-->"sv,
                                       "--"sv,
                                       "<![CDATA["sv,
                                       "]]>"sv,
                                       "<?"sv,
                                       "?>"sv,
                                       "<!DOCTYPE a [<!ENTITY x \"y\">]>"sv,
                                       "<?xml version=\"1.0\"?>"sv,
                                       "<?xml version=\"1.1\"?>"sv,
                                       "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"sv,
                                       "<?xml version=\"1.0\" encoding=\"UTF-16\"?>"sv,
                                       "<Message nonce='A'>"sv,
                                       "</Message>"sv,
                                       "<Message/>"sv,
                                       "<DLSMessage>"sv,
                                       "</DLSMessage>"sv,
                                       "<dlsmessage>"sv,
                                       "<WorkpointMessage>"sv,
                                       "<ItemList>"sv,
                                       "</ItemList>"sv,
                                       "<ItemList/>"sv,
                                       "<Item name=\"a\" index=\"1\">"sv,
                                       "</Item>"sv,
                                       "<Item/>"sv,
                                       "<Action>"sv,
                                       "</Action>"sv,
                                       "<Action>CleanUp</Action>"sv,
                                       "<ReasonForContact fragment='next'>"sv,
                                       "</ReasonForContact>"sv,
                                       "<Signature>"sv,
                                       "</Signature>"sv,
                                       " fragment=\"final\""sv,
                                       " xmlns=\"\""sv,
                                       " xmlns:x=\"urn:x\""sv,
                                       " x:y=\"z\""sv,
                                       " xsi:type=\"a\""sv,
                                       " xsi:nil=\"true\""sv,
                                       " nonce=\"\""sv,
                                       "\0"sv,
                                       "\xFF\xFE"sv,
                                       "\xFE\xFF"sv,
                                       "\xEF\xBB\xBF"sv,
                                       "\xC3"sv,
                                       "\xED\xA0\x80"sv,
                                       "\xF0\x9F\x98\x80"sv,
                                       "ü"sv,
                                       "\xEF\xBF\xBF"sv,
                                       "\r\n"sv,
                                       "\n"sv,
                                       "\r"sv,
                                       "\t"sv,
                                       " "sv,
                                       "\r\n\r\n"sv,
                                       "\r\n "sv,
                                       ":"sv,
                                       ": "sv,
                                       ";"sv,
                                       "HTTP/1.1 200 OK\r\n"sv,
                                       "HTTP/1.0 200\r\n"sv,
                                       "HTTP/1.1 100 Continue\r\n\r\n"sv,
                                       "Content-Length: 0\r\n"sv,
                                       "Content-Length: 99999999999999999999\r\n"sv,
                                       "Content-Length: -1\r\n"sv,
                                       "Transfer-Encoding: chunked\r\n"sv,
                                       "Transfer-Encoding: gzip, chunked\r\n"sv,
                                       "Connection: close\r\n"sv,
                                       "0\r\n\r\n"sv,
                                       "5\r\nhello\r\n"sv,
                                       "ffffffffffffffff\r\n"sv,
                                       "1;ext=\"a\"\r\n"sv,
                                       "204"sv,
                                       "304"sv,
                                       "Set-Cookie: a=b; Path=/\r\n"sv};

// What may be put before any tag and leave XML well-formed, and so gets further in.
constexpr std::string_view whole[] = {
    "<!-- -->"sv,
    "<?a b?>"sv,
    " text \xC3\xBC "sv,
    "<![CDATA[ ]]>"sv,
    "<![CDATA[<x>]]>"sv,
    "&#9;&lt;&#x1F600;"sv,
    "<ItemList/>"sv,
    "<Item name=\"a\" index=\"1\">1</Item>"sv,
    "<Item status='failed' type=''/>"sv,
    "<Item x=\"1\" name='&quot;&gt;'> y <z/> </Item>"sv,
    "<ItemList><Item name=\"b\"/></ItemList>"sv,
    "<Action>CleanUp</Action>"sv,
    "<Action xmlns=''> Write<a>Items</a></Action>"sv,
    "<ReasonForContact fragment=\"next\" action='a'>reply-to</ReasonForContact>"sv,
    "<Message nonce='B' fragment=\"x\"/>"sv,
    "<Message><Action/></Message>"sv,
    "<DLSMessage xmlns=\"urn:x\"/>"sv,
    "<Signature><Object/></Signature>"sv,
    "<p:q xmlns:p='urn:p'/>"sv,
    "<Signature><DLSMessage><Message/></DLSMessage></Signature>"sv,
    "\r\n"sv};

class Mutator {
 public:
  Mutator(const std::vector<std::string>& seeds, std::mt19937_64& random) : seeds_(seeds), random_(random) {}

  std::string mutated() {
    std::string input = any_seed();
    const bool gently = below(2) == 0;
    for (std::size_t count = 1 + below(5); count > 0; --count)
      gently ? put_before_a_tag(input) : damage(input);
    if (input.size() > size_limit) input.resize(size_limit);
    return input;
  }

 private:
  // The modulo's bias is no matter here, and a distribution would differ between libraries.
  std::size_t below(std::size_t limit) {
    return limit == 0 ? 0 : static_cast<std::size_t>(random_() % limit);
  }
  const std::string& any_seed() { return seeds_[below(seeds_.size())]; }
  std::string_view block_of(std::string_view text) {
    const std::size_t begin = below(text.size() + 1);
    return text.substr(begin, below(std::min<std::size_t>(text.size() - begin, 512) + 1));
  }

  void put_before_a_tag(std::string& input) {
    const std::size_t tag = input.find('<', below(input.size() + 1));
    if (tag != std::string::npos) input.insert(tag, whole[below(std::size(whole))]);
  }

  void damage(std::string& input) {
    const std::size_t at = below(input.size() + 1);
    switch (below(8)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(below(256));
        break;
      case 2:
        input.resize(at);
        break;
      case 3:
        input.erase(at, below(64));
        break;
      case 4:
        input.insert(at, std::string(block_of(input)));
        break;
      case 5:
        input.insert(at, block_of(any_seed()));
        break;
      case 6:
        input = input.substr(0, at) + std::string(block_of(any_seed()));
        break;
      default:
        input.insert(at, tokens[below(std::size(tokens))]);
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937_64& random_;
};

}  // namespace

std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random) {
  return Mutator(seeds, random).mutated();
}

}  // namespace understudy::fuzz
