#include "sys/constants/constants.h"

namespace edgeloop::sys {

void ExportConstants(Napi::Env env, Napi::Object exports) {
  Napi::Object constants = Napi::Object::New(env);
  ExportReadinessConstants(env, constants);
  ExportNetworkConstants(env, constants);
  ExportSocketOptionConstants(env, constants);
  ExportIpOptionConstants(env, constants);
  exports.Set("constants", constants);
}

}  // namespace edgeloop::sys
