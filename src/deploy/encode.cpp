#include "deploy/codec.hpp"
#include "deploy/write.hpp"

namespace pilotlight::deploy {
namespace {

template <typename Message>
std::string encode_message(const Message& message, Dialect dialect) {
  Build build(dialect);
  return build.finish(write(build, message));
}

}  // namespace

std::string encode(const ToMaster& message, Dialect dialect) { return encode_message(message, dialect); }
std::string encode(const ToWorker& message, Dialect dialect) { return encode_message(message, dialect); }
std::string encode(const ToDriver& message, Dialect dialect) { return encode_message(message, dialect); }
std::string encode(const Reply& message, Dialect dialect) { return encode_message(message, dialect); }

}  // namespace pilotlight::deploy
