// edgeloop-load: puts load on a server on this machine and checks every answer.

#include <cstdio>
#include <memory>
#include <string>

#include "arguments.h"
#include "churn.h"
#include "driver.h"
#include "echo.h"
#include "http.h"
#include "output.h"
#include "socket.h"
#include "udp.h"

namespace {

std::unique_ptr<load::Exchange> ExchangeFor(const load::Arguments& arguments) {
  if (arguments.mode == load::Mode::kEcho)
    return std::make_unique<load::EchoExchange>(arguments.size);
  return std::make_unique<load::HttpExchange>(arguments.target.text, arguments.expected_length);
}

}  // namespace

// 0: ran, whatever the faults it found and printed; 2: was asked for something it cannot do.
int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "--help") {
    std::printf("%s", load::kUsage);
    return 0;
  }
  load::Arguments arguments;
  std::string error;
  if (!load::ParseArguments(argc, argv, &arguments, &error)) {
    std::fprintf(stderr, "edgeloop-load: %s\n", error.c_str());
    return 2;
  }
  if (arguments.mode == load::Mode::kPercentiles) {
    load::PrintPercentiles();
    return 0;
  }
  load::RaiseDescriptorLimit();
  load::Result result;
  if (arguments.mode == load::Mode::kUdp) {
    load::Datagrams(arguments, &result).Run();
    load::PrintResult(arguments, result);
    return 0;
  }
  const std::unique_ptr<load::Exchange> exchange = ExchangeFor(arguments);
  if (arguments.churn)
    load::Churn(arguments, exchange.get(), &result).Run();
  else
    load::Driver(arguments, exchange.get(), &result).Run();
  load::PrintResult(arguments, result);
  return 0;
}
