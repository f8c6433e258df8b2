// The judge: reads entries as they come and holds every rule against them. Knows the wire, never a phone.
#pragma once

#include <functional>
#include <memory>

#include "rules/rule.h"
#include "rules/ruling.h"
#include "rules/verdict.h"
#include "transcript/entry.h"
#include "transcript/mask.h"

namespace understudy::conformance {

class Judge : public transcript::Sink {
 public:
  // `masker` masks what findings show; nullptr shows secrets.
  Judge(Selection selection, transcript::Masker* masker);
  ~Judge() override;
  void take(const transcript::Entry& entry) override;
  // From now on `told` hears of every deviation while the entry that shows it is taken: a finding of that one occasion, and
  // where in the answer it can be seen.
  void tell(std::function<void(const Finding& finding, const Spot& spot)> told);
  // Ends what is still open and says the verdict. Nothing may be taken afterwards.
  Verdict finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::conformance
