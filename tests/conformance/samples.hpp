#pragma once

#include <annals/persistence/testing/conformance/samples.hpp>

// The tests of stores write what the conformance suite writes.
namespace annals::tests {

using conformance::append;
using conformance::fill;
using conformance::positions;
using conformance::recorded;
using conformance::releasing;
using conformance::sample_event;
using conformance::sample_outcome;
using conformance::sample_part;
using conformance::sample_request;
using conformance::taking;
using conformance::versions;
using conformance::whole_log;
using conformance::with_outcome;

} // namespace annals::tests
