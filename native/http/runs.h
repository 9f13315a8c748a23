#pragma once

#include "http/byte_class.h"

#if defined(__SSE2__)
#include "http/runs_sse2.h"
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include "http/runs_neon.h"
#endif

namespace edgeloop {

#if defined(__SSE2__)
using FastRuns = Sse2Runs;
#elif defined(__ARM_NEON) && defined(__aarch64__)
using FastRuns = NeonRuns;
#else
using FastRuns = PortableRuns;
#endif

}  // namespace edgeloop
