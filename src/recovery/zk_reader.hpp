// Reads all records out of ZooKeeper into a mirror, or finds that a mirror is up to date already. Sans-I/O. Pure.
//
// Used by a master right after its claim, in the same session: nobody else writes then. `commit` is read before and
// after; when the numbers differ, or a node went away in between, all is read again. Missing parents are made, in any
// order and by any master. A record that cannot be read becomes an unreadable row of the mirror; kinds and names that
// we do not know are left alone and remarked upon. Many reads are under way at a time, never more than `most_reads`.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "recovery/mirror.hpp"
#include "recovery/proposals.hpp"
#include "recovery/zk_asks.hpp"
#include "recovery/zk_layout.hpp"
#include "recovery/zk_plan.hpp"

namespace pilotlight::recovery {

struct FullRead {
  Mirror mirror;  ///< complete
  CommitMark commit;
  std::int32_t commit_version = 0;
  bool from_mirror = false;         ///< nothing but `commit` had to be read
  std::vector<OrphanPart> orphans;  ///< for ZkJournal::lead
};

class ZkReader {
 public:
  enum class State : std::uint8_t {
    reading,
    done,         ///< take() once
    interrupted,  ///< the connection was lost: start() again when there is one
    failed,       ///< error()
  };
  static constexpr std::size_t most_reads = 512;

  ZkReader(ZkLayout layout, NextRequestId next_id) : layout_(std::move(layout)), next_id_(std::move(next_id)) {}

  /// Begins, or begins again. `known`: the mirror of a standby, when there is one, and what its leader had announced
  /// besides; they are all that is needed when they are complete up to `commit`, and are given up otherwise. Kept over
  /// an interruption.
  ZkAsks start(Mirror known, Proposals proposals = {});
  ZkAsks start();
  /// Answers to others' requests, and to those before a new start, change nothing.
  ZkAsks on_answer(const zk::Answered& answer);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Error& error() const { return error_; }
  FullRead take();

 private:
  using OnAnswer = std::function<void(const zk::Answered&)>;
  struct Wanted {
    zk::Request request;
    OnAnswer then;
  };
  /// A record whose parts are being read.
  struct Assembly {
    StoredRow row;
    std::uint64_t checksum = 0;
    std::size_t size = 0;
    std::vector<std::string> parts;
    std::size_t missing = 0;
    std::size_t awaited = 0;
  };
  void want(zk::Request request, OnAnswer then);
  ZkAsks pump();
  void begin_attempt();
  void prepare();
  void on_first_commit(const zk::Answered& answer);
  void on_last_commit(const zk::Answered& answer);
  bool read_mark(const zk::Answered& answer, CommitMark& mark);
  void list_everything();
  void on_kinds(const zk::Answered& answer);
  void on_names(std::string_view kind, const zk::Answered& answer);
  void on_record(const std::string& kind, const std::string& id, const zk::Answered& answer);
  void want_parts(StoredRow row, const Envelope& envelope);
  void assemble(Assembly& assembly);
  void list_set_aside(const std::string& kind, const zk::Answered& answer);
  void keep(StoredRow row);
  void finish();
  bool usable(const zk::Answered& answer);
  void fail(Error error);

  ZkLayout layout_;
  NextRequestId next_id_;
  State state_ = State::failed;
  Error error_;
  FullRead read_;
  Proposals proposals_;
  bool prepared_ = false;
  bool changed_ = false;  ///< a node went away while we read
  int attempts_ = 0;
  std::deque<Wanted> wanted_;
  std::unordered_map<std::uint64_t, OnAnswer> under_way_;
  std::map<std::string, std::vector<std::string>> parts_;  ///< kind → names of part nodes that were listed
};

}  // namespace pilotlight::recovery
