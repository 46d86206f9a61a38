// A request and its answer, as the router sees them: no bytes, no sockets. Plain values. Pure.
#pragma once

#include <functional>
#include <string>

namespace pilotlight::http {

struct Request {
  std::string method;  ///< "GET"
  std::string path;    ///< decoded, without query: "/json/"
  std::string query;   ///< raw, without '?'
  std::string body;
};

struct Response {
  int status = 200;
  std::string content_type = "text/html;charset=utf-8";
  std::string body;      ///< for a HEAD request too: the server sends its length only
  std::string location;  ///< for redirects; visible ASCII only
};

/// Answers one request; called on the strand, must be quick.
using Route = std::function<Response(const Request&)>;

}  // namespace pilotlight::http
