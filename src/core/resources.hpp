// Bookkeeping of custom resources: which addresses ("gpu" → "0", "1") of a worker are taken. Pure.
//
// Used by the ledger and the scheduler. An address is free or taken, never both, never taken twice.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "deploy/types.hpp"

namespace pilotlight::core {

/// Resource name → how many addresses one executor or driver needs.
using Amounts = std::map<std::string, std::int32_t>;

/// How many addresses of the resource are not taken.
std::int32_t free_amount(const deploy::Resources& total, const deploy::Resources& used, const std::string& name);
/// Whether every amount is free at once.
bool fits(const deploy::Resources& total, const deploy::Resources& used, const Amounts& needed);
/// The first free addresses for every amount; fits() must hold. Marks nothing.
deploy::Resources choose(const deploy::Resources& total, const deploy::Resources& used, const Amounts& needed);
/// Whether these very addresses exist, are free and are named once each.
bool claimable(const deploy::Resources& total, const deploy::Resources& used, const deploy::Resources& claimed);
/// Marks addresses as taken (claimable() must hold) or as free again.
void take(deploy::Resources& used, const deploy::Resources& taken);
void give_back(deploy::Resources& used, const deploy::Resources& returned);

}  // namespace pilotlight::core
