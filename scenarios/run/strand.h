// Where a play is: a strand of steps with a stack of its own. A play has one, and one more for each branch of a <together>.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/language/model.h"
#include "transcript/entry.h"

namespace understudy::scenarios {

using std::chrono::microseconds;

// Steps that are being played, or a step that holds some.
struct Frame {
  enum class Kind {
    steps,   // one after the other
    one,     // a step, for the strand's phone
    each,    // a step, for one phone of a range after the other
    event,   // an event: then what goes along with it, then the phone comes to rest
    repeat,  // so many times
    rows,    // for each row
    hostile,  // what a phone does in it; then a healthy one is to be served
  };
  Kind kind = Kind::steps;
  const language::Step* step = nullptr;  // but for `steps`
  const language::Steps* steps = nullptr;
  std::size_t next = 0;            // of steps; of `each` the phone, of `repeat` and `rows` the round
  std::uint32_t phone_before = 0;  // of `each` and `hostile`
  // Of `event`:
  enum class Phase { posting, playing, settling } phase = Phase::posting;
  bool marked = false;  // it stands in the transcript
  std::uint32_t interactions_before = 0;
  // Of `hostile`: the steps in it, its phones come to rest, the guard starts up, and what came of that.
  enum class Siege { playing, leaving, guarding, guarded } siege = Siege::playing;
  microseconds since{};  // of `hostile`: when the guard was first wanted
  std::vector<const language::Never*> nevers;  // that hold to its end
  std::vector<language::Place> never_places;
};

// What a strand waits for. Every wait has an end: Strand::until.
struct Waiting {
  struct Message {  // of the service
    std::vector<const language::Expect*>
        expected;      // any of them; none: any message, which is left to who comes next
    bool all = false;  // one after the other in any order
    const language::Step* step = nullptr;
  };
  struct Contact {
    const language::Step* step = nullptr;
  };
  struct Interaction {
    const language::Step* step = nullptr;
    std::optional<wpi::Reason> reason;
  };
  // `not_before`: until then the phone may still be called, see <trigger>.
  struct Rest {
    const language::Step* step = nullptr;
    bool ends_event = false;
    std::optional<microseconds> not_before = {};
    bool guards = false;  // of a healthy phone after a hostile one: that it does not come to rest is no failure of the play
  };
  struct Poll {
    const language::Step* step = nullptr;
  };
  struct Time {};
  struct Job {
    const language::Step* step = nullptr;
  };  // somebody has the service start it
  struct Said {
    const language::Step* step = nullptr;
  };                  // the answer to a <say>
  struct Strands {};  // of a <together>
  struct Meeting {
    const language::Step* step = nullptr;
    std::string name;
  };
  std::variant<Message, Contact, Interaction, Rest, Poll, Time, Job, Said, Strands, Meeting> what;
};

struct Strand {
  Strand* parent = nullptr;  // whose <together> it belongs to
  std::uint32_t phone = 0;   // for which it plays
  std::vector<Frame> frames;
  std::optional<Waiting> waiting;
  std::optional<microseconds> until;              // of that
  std::optional<std::uint64_t> timer;             // of that
  std::uint64_t wait = 0;                         // counts them: what comes late is known by it
  bool came = false;                              // what came of a job or a <say>
  std::uint32_t children = 0;                     // of its <together>, that are not over
  std::map<std::string, std::uint32_t> meetings;  // of its <together>: how many are there
  std::map<std::string, std::uint32_t> held;      // how often those of that name have met
  std::map<std::string, std::uint32_t> met;       // how often it was there itself
  bool over = false;
};

}  // namespace understudy::scenarios
