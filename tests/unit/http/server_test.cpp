// The server over loopback: HTTP/1.1 as clients use it, and as they should not.
#include "http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "http/router.hpp"
#include "unit/http/client.hpp"
#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Says what it was asked.
Response echo(const Request& request) {
  return {200, "text/plain;charset=utf-8",
          request.method + " [" + request.path + "] [" + request.query + "] [" + request.body + "]", ""};
}

Response route(const Request& request) { return respond(request, sample_state(), sample_now()); }

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

ServerLimits short_time() {
  ServerLimits limits;
  limits.request = 300ms;
  return limits;
}

/// Whether the server comes to have this many connections.
bool comes_to_have(RunningServer& server, std::size_t connections) {
  for (int i = 0; i < 500; ++i) {
    if (server.connections() == connections) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

TEST(HttpServer, Get_IsAnsweredWithSparksHeaders) {
  RunningServer server({}, route);
  Client client(server.port());
  client.send(get("/json/"));
  const auto answer = client.answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  for (const auto* header :
       {"Cache-Control: no-cache, no-store, must-revalidate\r\n", "X-Frame-Options: SAMEORIGIN\r\n",
        "X-XSS-Protection: 1; mode=block\r\n", "X-Content-Type-Options: nosniff\r\n",
        "Content-Type: text/json;charset=utf-8\r\n", "\r\nDate: "})
    EXPECT_THAT(answer, HasSubstr(header));
  EXPECT_THAT(answer, EndsWith("\"status\" : \"ALIVE\"\n}"));
}

TEST(HttpServer, Errors_HaveTheHeadersToo) {
  RunningServer server({}, route);
  for (const auto* request :
       {"GET /nosuch HTTP/1.1\r\nHost: h\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", "nonsense\r\n\r\n", "GET /json HTTP/1.1\r\nHost: h\r\n\r\n"}) {
    Client client(server.port());
    client.send(request);
    EXPECT_THAT(client.answer(), AllOf(HasSubstr("X-Frame-Options: SAMEORIGIN"), HasSubstr("no-store"),
                                       HasSubstr("nosniff"), HasSubstr("1; mode=block")))
        << request;
  }
}

TEST(HttpServer, PathIsDecodedAndQueryIsRaw) {
  RunningServer server({}, echo);
  Client client(server.port());
  client.send(get("/a%20b?c=%20d"));
  EXPECT_THAT(client.answer(), EndsWith("GET [/a b] [c=%20d] []"));
  client.send(get("http://h:1/x?y"));
  EXPECT_THAT(client.answer(), EndsWith("GET [/x] [y] []"));
}

TEST(HttpServer, HundredRequests_GoOverOneConnection) {
  RunningServer server({}, echo);
  Client client(server.port());
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(client.send(get("/" + std::to_string(i))));
    ASSERT_THAT(client.answer(), EndsWith("[/" + std::to_string(i) + "] [] []"));
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST(HttpServer, PipelinedRequests_AreAnsweredInOrder) {
  RunningServer server({}, echo);
  Client client(server.port());
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += get("/" + std::to_string(i));
  client.send(requests);
  for (int i = 0; i < 20; ++i) ASSERT_THAT(client.answer(), EndsWith("[/" + std::to_string(i) + "] [] []"));
}

TEST(HttpServer, RequestInSingleBytes_IsAnswered) {
  RunningServer server({}, echo);
  Client client(server.port());
  for (const char c : get("/slow")) {
    client.send(std::string_view(&c, 1));
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_THAT(client.answer(), EndsWith("[/slow] [] []"));
}

TEST(HttpServer, Body_ReachesTheRoute) {
  RunningServer server({}, echo);
  Client client(server.port());
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(client.answer(), EndsWith("POST [/p] [] [abc]"));
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  EXPECT_THAT(client.answer(), EndsWith("POST [/p] [] [abc]"));
}

TEST(HttpServer, ExpectContinue_IsAnsweredBeforeTheBody) {
  RunningServer server({}, echo);
  Client client(server.port());
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_THAT(client.answer(), EndsWith("[abc]"));
}

TEST(HttpServer, Head_HasTheLengthAndNoBody) {
  RunningServer server({}, route);
  Client client(server.port());
  client.send(get("/json/"));
  const auto full = client.answer();
  const auto length = full.substr(full.find("Content-Length: "),
                                  full.find("\r\n", full.find("Content-Length: ")) - full.find("Content-Length: "));
  client.send("HEAD /json/ HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.answer(true), AllOf(StartsWith("HTTP/1.1 200 OK"), HasSubstr(length), EndsWith("\r\n\r\n")));
  client.send(get("/json/status"));  // the next answer begins where the head ended
  EXPECT_THAT(client.answer(), AllOf(StartsWith("HTTP/1.1 200 OK"), EndsWith("\"status\" : \"ALIVE\"\n}")));
}

TEST(HttpServer, OtherMethods_Are405AndSayWhatIsAllowed) {
  RunningServer server({}, route);
  Client client(server.port());
  for (const auto* method : {"TRACE", "OPTIONS", "DELETE", "BREW"}) {
    client.send(std::string(method) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.answer(),
                AllOf(StartsWith("HTTP/1.1 405 Method Not Allowed"), HasSubstr("Allow: GET, HEAD\r\n")))
        << method;
  }
}

TEST(HttpServer, Trace_NeverReachesTheRoute) {
  std::atomic<int> asked = 0;
  RunningServer server({}, [&](const Request& request) {
    ++asked;
    return echo(request);
  });
  Client client(server.port());
  client.send("TRACE / HTTP/1.1\r\nHost: h\r\nCookie: secret\r\n\r\n");
  EXPECT_THAT(client.answer(), AllOf(StartsWith("HTTP/1.1 405"), Not(HasSubstr("secret"))));
  EXPECT_EQ(asked, 0);
}

TEST(HttpServer, Redirect_HasALocation) {
  RunningServer server({}, [](const Request&) { return Response{302, "text/html", "", "/"}; });
  Client client(server.port());
  client.send(get("/app/kill/"));
  EXPECT_THAT(client.answer(), AllOf(StartsWith("HTTP/1.1 302 Found"), HasSubstr("Location: /\r\n"),
                                     HasSubstr("Content-Length: 0\r\n")));
}

TEST(HttpServer, TheAnswerMayComeLater) {
  std::vector<Reply> replies;
  RunningServer server({}, Route([&](const Request&, const Reply& reply) { replies.push_back(reply); }));
  Client first(server.port());
  Client second(server.port());
  first.send(get("/1"));
  second.send(get("/2"));
  EXPECT_FALSE(first.closed_within(100ms));
  server.on_thread([&] {
    for (const auto& reply : replies) reply({200, "text/plain", "later", ""});
    replies.front()({200, "text/plain", "twice", ""});  // nobody waits for it any more
  });
  EXPECT_THAT(first.answer(), EndsWith("later"));
  EXPECT_THAT(second.answer(), EndsWith("later"));
}

TEST(HttpServer, AnswerForAClientThatHasGone_IsDropped) {
  std::vector<Reply> replies;
  RunningServer server(short_time(), Route([&](const Request&, const Reply& reply) { replies.push_back(reply); }));
  {
    Client client(server.port());
    client.send(get("/"));
    EXPECT_TRUE(comes_to_have(server, 1));
    std::this_thread::sleep_for(50ms);
  }
  server.on_thread([&] {
    ASSERT_EQ(replies.size(), 1U);
    replies.front()({200, "text/plain", std::string(1 << 20, 'x'), ""});
  });
  EXPECT_TRUE(comes_to_have(server, 0));
}

TEST(HttpServer, SharedBodies_CountOnce) {
  const auto body = std::make_shared<const std::string>(std::string(8 << 20, 'x'));  // more than a socket holds
  ServerLimits limits;
  limits.buffered_bytes = (8 << 20) + 1000;
  RunningServer server(limits, [&](const Request&) {
    Response response{200, "text/plain", "", ""};
    response.shared = body;
    return response;
  });
  std::vector<Client> clients;
  for (int i = 0; i < 5; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/"));
  }
  for (auto& client : clients) EXPECT_TRUE(client.answer().ends_with("xxx"));
}

// ---- streams of events ----

Response stream(const Request&) {
  Response response{200, "text/event-stream;charset=utf-8", "data: first\n\n", ""};
  response.stream = true;
  return response;
}

TEST(HttpServer, AStream_GoesOnUntilSomebodyHangsUp) {
  RunningServer server(short_time(), stream);
  Client client(server.port());
  client.send(get("/events"));
  std::this_thread::sleep_for(500ms);  // longer than a request may take
  server.publish("data: second\n\n");
  server.publish("data: third\n\n");
  std::this_thread::sleep_for(100ms);
  server.stop();
  EXPECT_THAT(client.rest(),
              AllOf(StartsWith("HTTP/1.1 200 OK"), HasSubstr("text/event-stream"), HasSubstr("no-store"),
                    Not(HasSubstr("Content-Length")), HasSubstr("data: first\n\n"), HasSubstr("data: third\n\n")));
}

TEST(HttpServer, AStreamWhoseClientHasGone_Ends) {
  RunningServer server({}, stream);
  {
    Client client(server.port());
    client.send(get("/events"));
    EXPECT_TRUE(comes_to_have(server, 1));
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_TRUE(comes_to_have(server, 0));
}

TEST(HttpServer, AStreamThatIsNotRead_IsCut) {
  RunningServer server(short_time(), stream);
  Client client(server.port());
  client.set_small_receive_buffer();
  client.send(get("/events"));
  EXPECT_TRUE(comes_to_have(server, 1));
  std::this_thread::sleep_for(100ms);
  const std::string much = "data: " + std::string(8 << 20, 'x') + "\n\n";
  server.publish(much);
  EXPECT_TRUE(comes_to_have(server, 0));
}

TEST(HttpServer, StreamsAreBounded) {
  ServerLimits limits;
  limits.streams = 2;
  RunningServer server(limits, stream);
  std::vector<Client> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/events"));
  }
  std::this_thread::sleep_for(100ms);
  Client third(server.port());
  third.send(get("/events"));
  EXPECT_THAT(third.answer(), StartsWith("HTTP/1.1 503"));
}

TEST(HttpServer, Http10_IsClosedUnlessItAsksToBeKept) {
  RunningServer server({}, echo);
  Client once(server.port());
  once.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_THAT(once.rest(), EndsWith("[/a] [] []"));
  Client kept(server.port());
  kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(kept.answer(), HasSubstr("Connection: keep-alive"));
  kept.send(get("/b"));
  EXPECT_THAT(kept.answer(), EndsWith("[/b] [] []"));
}

TEST(HttpServer, ConnectionClose_IsHonoured) {
  RunningServer server({}, echo);
  Client client(server.port());
  client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.rest(), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("[/a] [] []")));
}

TEST(HttpServer, Malformed_Is400AndClosed) {
  RunningServer server({}, echo);
  for (const std::string request :
       {"nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nBroken header\r\n\r\n", "GET /% HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    Client client(server.port());
    client.send(request);
    EXPECT_THAT(client.rest(),
                AllOf(StartsWith("HTTP/1.1 400 Bad Request"), HasSubstr("Connection: close"), Not(HasSubstr("["))))
        << request;
  }
}

TEST(HttpServer, BinaryNoise_IsNoRequest) {
  RunningServer server({}, echo);
  Client client(server.port());
  std::string noise;
  for (int i = 0; i < 300; ++i) noise.push_back(static_cast<char>(i * 37 + 128));
  client.send(noise);
  EXPECT_THAT(client.rest(), AllOf(StartsWith("HTTP/1.1 400"), Not(HasSubstr("["))));
}

TEST(HttpServer, OversizedHeader_Is431) {
  ServerLimits limits;
  limits.header_bytes = 1024;
  RunningServer server(limits, echo);
  Client in_a_field(server.port());
  in_a_field.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
  EXPECT_THAT(in_a_field.rest(), StartsWith("HTTP/1.1 431 "));
  Client in_the_target(server.port());
  in_the_target.send(get("/" + std::string(100'000, 'x')));
  EXPECT_THAT(in_the_target.rest(), StartsWith("HTTP/1.1 431 "));
  Client endless(server.port());
  endless.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 10'000 && endless.send("X: y\r\n"); ++i) {}
  EXPECT_TRUE(endless.closed_within(5s));
}

TEST(HttpServer, OversizedBody_Is413) {
  ServerLimits limits;
  limits.body_bytes = 100;
  RunningServer server(limits, echo);
  Client announced(server.port());
  announced.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n");
  EXPECT_THAT(announced.rest(), StartsWith("HTTP/1.1 413 "));
  Client chunked(server.port());
  chunked.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n" + std::string(128, 'x') +
               "\r\n0\r\n\r\n");
  EXPECT_THAT(chunked.rest(), StartsWith("HTTP/1.1 413 "));
  Client huge(server.port());
  huge.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n");
  EXPECT_THAT(huge.rest(), StartsWith("HTTP/1.1 4"));
}

TEST(HttpServer, SlowRequest_IsCutHoweverItDribbles) {
  RunningServer server(short_time(), echo);
  Client client(server.port());
  const auto start = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  while (client.send("X: y\r\n") && !client.closed_within(20ms))
    ASSERT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 250ms);
  EXPECT_TRUE(comes_to_have(server, 0));
}

TEST(HttpServer, SilentClientAndIdleConnection_AreClosed) {
  RunningServer server(short_time(), echo);
  Client silent(server.port());
  EXPECT_TRUE(silent.closed_within(5s));
  Client idle(server.port());
  idle.send(get("/"));
  EXPECT_THAT(idle.answer(), HasSubstr("200 OK"));
  EXPECT_TRUE(idle.closed_within(5s));
}

TEST(HttpServer, ClientThatDoesNotRead_IsCut) {
  RunningServer server(short_time(), [](const Request&) {
    return Response{200, "text/plain", std::string(8U << 20U, 'x'), ""};
  });
  Client client(server.port());
  client.set_small_receive_buffer();
  client.send(get("/"));
  ASSERT_TRUE(comes_to_have(server, 1));
  EXPECT_TRUE(comes_to_have(server, 0));
}

TEST(HttpServer, TooMuchUnderWay_Is503AndRecovers) {
  ServerLimits limits;
  limits.request = 1s;
  limits.buffered_bytes = 10U << 20U;
  RunningServer server(limits, [](const Request& request) {
    return Response{200, "text/plain", std::string(request.path == "/large" ? 8U << 20U : 10, 'x'), ""};
  });
  Client slow(server.port());
  slow.set_small_receive_buffer();
  slow.send(get("/large"));
  ASSERT_TRUE(comes_to_have(server, 1));
  std::this_thread::sleep_for(100ms);  // its answer is on its way, and stuck
  Client second(server.port());
  second.send(get("/large"));
  EXPECT_THAT(second.rest(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 1")));
  Client small(server.port());
  small.send(get("/small"));
  EXPECT_THAT(small.answer(), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(comes_to_have(server, 0));
  Client again(server.port());
  again.send(get("/large"));
  EXPECT_THAT(again.answer(), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, TooManyConnections_CloseTheQuietest) {
  ServerLimits limits;
  limits.connections = 3;
  RunningServer server(limits, echo);
  Client one(server.port());
  Client two(server.port());
  Client three(server.port());
  for (auto* client : {&one, &two, &three}) {
    client->send(get("/"));
    ASSERT_THAT(client->answer(), HasSubstr("200 OK"));
  }
  one.send(get("/"));  // two has been quiet for longest now
  ASSERT_THAT(one.answer(), HasSubstr("200 OK"));
  Client four(server.port());
  four.send(get("/"));
  EXPECT_THAT(four.answer(), HasSubstr("200 OK"));
  EXPECT_TRUE(two.closed_within(5s));
  one.send(get("/"));
  EXPECT_THAT(one.answer(), HasSubstr("200 OK"));
  EXPECT_TRUE(comes_to_have(server, 3));
}

TEST(HttpServer, ClientThatGoesAwayInTheMiddle_IsForgotten) {
  RunningServer server({}, echo);
  {
    Client client(server.port());
    client.send("GET / HTTP/1.1\r\nHos");
    Client other(server.port());
    other.send(get("/"));
    ASSERT_TRUE(comes_to_have(server, 2));
  }
  EXPECT_TRUE(comes_to_have(server, 0));
}

TEST(HttpServer, AdoptedSocket_IsServedFromItsFirstBytes) {
  RunningServer server({}, echo);
  const auto request = get("/adopted");
  for (const std::size_t already_read : {std::size_t{1}, std::size_t{8}, request.size()}) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listener, 1), 0);
    socklen_t length = sizeof address;
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    Client client(ntohs(address.sin_port));
    const int accepted = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    close(listener);
    server.adopt(accepted, request.substr(0, already_read));
    client.send(request.substr(already_read));
    EXPECT_THAT(client.answer(), EndsWith("GET [/adopted] [] []"));
    client.send(get("/again"));
    EXPECT_THAT(client.answer(), EndsWith("GET [/again] [] []"));
  }
}

TEST(HttpServer, AdoptingWhatIsNoSocket_DoesNoHarm) {
  RunningServer server({}, echo);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  server.adopt(ends[0], "GET ");
  close(ends[1]);
  Client client(server.port());
  client.send(get("/"));
  EXPECT_THAT(client.answer(), HasSubstr("200 OK"));
}

TEST(HttpServer, Stop_ClosesEverythingAndAsksNoMore) {
  std::atomic<int> asked = 0;
  RunningServer server({}, [&](const Request& request) {
    ++asked;
    return echo(request);
  });
  Client client(server.port());
  client.send(get("/"));
  client.answer();
  server.stop();
  EXPECT_TRUE(client.closed_within(5s));
  EXPECT_TRUE(comes_to_have(server, 0));
  EXPECT_EQ(asked, 1);
}

TEST(HttpServerListen, TakenPort_IsAnErrorOrTheNextOne) {
  RunningServer first({}, echo);
  boost::asio::io_context io;
  Server strict(io, {}, at_once(echo));
  const auto refused = strict.listen("127.0.0.1", first.port(), 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().to_string(), AllOf(HasSubstr("127.0.0.1:" + std::to_string(first.port())),
                                                 HasSubstr("in use"), HasSubstr("--webui-port")));
  Server searching(io, {}, at_once(echo));
  const auto bound = searching.listen("127.0.0.1", first.port(), 100);
  ASSERT_TRUE(bound.ok()) << bound.error().to_string();
  EXPECT_NE(*bound, first.port());
}

TEST(HttpServerListen, AddressThatIsNotOurs_IsNamed) {
  boost::asio::io_context io;
  Server server(io, {}, at_once(echo));
  const auto bound = server.listen("192.0.2.1", 8080, 10);
  ASSERT_FALSE(bound.ok());
  EXPECT_THAT(bound.error().to_string(), HasSubstr("192.0.2.1:8080"));
}

}  // namespace
}  // namespace pilotlight::http
