#pragma once

#include "arguments.h"
#include "result.h"

namespace load {

// One line of JSON on stdout.
void PrintResult(const Arguments& arguments, const Result& result);

// Reads durations in nanoseconds from stdin, one a line, and prints what the histogram makes of
// them: how its own accuracy is tested.
void PrintPercentiles();

}  // namespace load
