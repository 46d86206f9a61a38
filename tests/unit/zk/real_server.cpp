#include "unit/zk/real_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace pilotlight::zk {
namespace {

using namespace std::chrono_literals;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port on 127.0.0.1");
  }
  close(fd);
  return ntohs(address.sin_port);
}

/// What it answers to a four-letter word, or nothing.
std::string ask(int port, const std::string& word) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto address = loopback(port);
  std::string answer;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      write(fd, word.data(), word.size()) == static_cast<ssize_t>(word.size())) {
    char buffer[4096];
    for (ssize_t got = 0; (got = read(fd, buffer, sizeof buffer)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
  }
  close(fd);
  return answer;
}

/// The jars that a server needs; all of /usr/share/java would cost it a second to look through.
std::string class_path() {
  const std::string folder = "/usr/share/java/";
  std::string path;
  for (const auto* jar : {"zookeeper", "zookeeper-jute", "slf4j-api", "slf4j-nop", "netty-all", "netty-handler",
                          "netty-common", "netty-transport", "netty-buffer", "netty-codec", "netty-resolver",
                          "netty-transport-native-epoll", "netty-transport-native-unix-common", "snappy-java",
                          "metrics-core", "commons-cli", "commons-io", "log4j-1.2"}) {
    const auto file = folder + jar + ".jar";
    if (std::filesystem::exists(file)) path += (path.empty() ? "" : ":") + file;
  }
  if (path.find("/zookeeper.jar") == std::string::npos) {
    throw std::runtime_error("there is no " + folder + "zookeeper.jar: install libzookeeper-java (tools/deps run)");
  }
  return path;
}

std::string java() {
  for (const auto* place : {"/usr/bin/java", "/usr/local/bin/java"}) {
    if (std::filesystem::exists(place)) return place;
  }
  throw std::runtime_error("there is no java: install openjdk-17-jdk-headless (tools/deps run)");
}

}  // namespace

RealEnsemble::RealEnsemble(int servers) {
  char name[] = "/tmp/pilotlight-zk-XXXXXX";
  if (mkdtemp(name) == nullptr) throw std::runtime_error("no temporary directory can be made");
  directory_ = name;
  servers_.resize(static_cast<std::size_t>(servers));
  std::string members;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    auto& server = servers_[i];
    server = {free_port(), free_port(), free_port(), 0, directory_ + "/" + std::to_string(i + 1)};
    std::filesystem::create_directory(server.directory);
    std::ofstream(server.directory + "/myid") << i + 1;
    members += "server." + std::to_string(i + 1) + "=127.0.0.1:" + std::to_string(server.quorum_port) + ":" +
               std::to_string(server.election_port) + "\n";
  }
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    std::ofstream config(servers_[i].directory + "/zoo.cfg");
    config << "tickTime=200\ninitLimit=50\nsyncLimit=20\nminSessionTimeout=200\nmaxSessionTimeout=60000\n"
           << "dataDir=" << servers_[i].directory << "\nclientPort=" << servers_[i].port
           << "\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n4lw.commands.whitelist=*\n"
           << "maxClientCnxns=0\npreAllocSize=64\n";
    if (servers_.size() > 1) config << members;
    config.close();
    start(i);
  }
}

RealEnsemble::~RealEnsemble() {
  for (std::size_t i = 0; i < servers_.size(); ++i) kill(i);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string RealEnsemble::host(std::size_t server) const {
  return "127.0.0.1:" + std::to_string(servers_.at(server).port);
}

std::string RealEnsemble::hosts() const {
  std::string all;
  for (std::size_t i = 0; i < servers_.size(); ++i) all += (i == 0 ? "" : ",") + host(i);
  return all;
}

std::size_t RealEnsemble::server_at(const std::string& address) const {
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (host(i) == address) return i;
  }
  throw std::runtime_error("no server of ours is at " + address);
}

void RealEnsemble::start(std::size_t index) {
  auto& server = servers_.at(index);
  const auto program = java();
  const auto path = class_path();
  const auto config = server.directory + "/zoo.cfg";
  const auto log = server.directory + "/log";
  const char* arguments[] = {program.c_str(),
                             "-Xmx128m",
                             "-XX:+UseSerialGC",
                             "-XX:TieredStopAtLevel=1",
                             "-Dzookeeper.forceSync=no",
                             "-cp",
                             path.c_str(),
                             "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                             config.c_str(),
                             nullptr};
  server.pid = fork();
  if (server.pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(out, 1);
    dup2(out, 2);
    execv(arguments[0], const_cast<char* const*>(arguments));
    _exit(127);
  }
}

void RealEnsemble::send_signal(std::size_t server, int signal) { ::kill(servers_.at(server).pid, signal); }

void RealEnsemble::kill(std::size_t index) {
  auto& server = servers_.at(index);
  if (server.pid == 0) return;
  ::kill(server.pid, SIGKILL);
  waitpid(server.pid, nullptr, 0);
  server.pid = 0;
}

std::string RealEnsemble::mode(std::size_t server) const {
  const auto answer = ask(servers_.at(server).port, "srvr");
  const std::string word = "Mode: ";
  const auto at = answer.find(word);
  if (at == std::string::npos) return "";
  return answer.substr(at + word.size(), answer.find('\n', at) - at - word.size());
}

void RealEnsemble::wait_until_ready() {
  const auto end = std::chrono::steady_clock::now() + 30s;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    while (mode(i).empty()) {
      if (std::chrono::steady_clock::now() > end || waitpid(servers_[i].pid, nullptr, WNOHANG) != 0) {
        std::ifstream file(servers_[i].directory + "/log");
        const std::string log{std::istreambuf_iterator<char>(file), {}};
        throw std::runtime_error("the ZooKeeper server of this test did not start: " + log.substr(0, 2000));
      }
      std::this_thread::sleep_for(20ms);
    }
  }
}

RealEnsemble& shared_server() {
  static RealEnsemble server(1);
  static const bool ready = (server.wait_until_ready(), true);
  static_cast<void>(ready);
  return server;
}

}  // namespace pilotlight::zk
