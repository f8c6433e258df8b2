// Entries of a transcript as the tests of ladders need them.
#pragma once

#include <string>
#include <vector>

#include "look/ladder.h"
#include "support/recordings.h"
#include "transcript/entry.h"

namespace understudy::look {

// A recorded exchange as the transcript would have it: message `message` of an interaction of phone-1.
transcript::Exchange exchange_of(const Recorded& recorded, std::uint64_t number,
                                 std::uint32_t interaction = 1, std::uint32_t message = 1);
// An answered exchange whose answer has this body.
transcript::Exchange answered_with(const std::string& body, std::uint64_t number = 1,
                                   std::uint32_t interaction = 1);
transcript::Mark begins(std::uint32_t interaction, microseconds at, const std::string& reason = "start-up");
transcript::Mark ends(std::uint32_t interaction, microseconds at, const std::string& ending = "clean_up");
transcript::Mark happens(transcript::Event event, microseconds at, const std::string& text = "");
Remark remark_on(std::uint64_t exchange, std::uint32_t interaction = 1);

bool contains(const std::string& text, std::string_view part);
std::size_t count(const std::string& text, std::string_view part);

}  // namespace understudy::look
