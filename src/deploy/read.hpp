// Readers of what messages are made of, and the table of readers of one direction. Private to deploy.
//
// Every reader takes the Fields of the object (or of the object that holds it, with the field's name), records what
// is wrong there and returns a value all the same; whether it may be used is asked once, of the Decoding.
#pragma once

#include <span>
#include <string_view>

#include "deploy/decoding.hpp"
#include "deploy/messages.hpp"

namespace pilotlight::deploy {

Address read_address(const Fields& from, std::string_view field);
/// The parts of a "host:port" that stood in this field.
std::optional<Address> read_host_port(const Fields& from, std::string_view field, const std::string& text);
EndpointRef read_ref(const Fields& from, std::string_view field);
Resources read_resources(const Fields& from, std::string_view field);
ExecutorState read_executor_state(const Fields& from, std::string_view field);
DriverState read_driver_state(const Fields& from, std::string_view field);
/// `value` is a Throwable found in this field. Read it last: its dialect is what the message has shown by then.
Exception read_exception(const Fields& from, std::string_view field, const javaser::Value& value);
ResourceProfile read_resource_profile(const Fields& profile);
ExecutorDescription read_executor_description(const Fields& description);
ApplicationDescription read_application_description(const Fields& from, std::string_view field,
                                                    const javaser::Value& value);
DriverDescription read_driver_description(const Fields& from, std::string_view field, const javaser::Value& value);

/// Fails unless the host is a name, an IPv4 address or an IPv6 address in brackets, as Spark's constructors assert.
void check_host(const Fields& from, std::string_view field, const std::string& host);

template <typename Message>
struct MessageReader {
  Class id;
  Message (*read)(const Fields&);
};
std::span<const MessageReader<ToMaster>> to_master_readers();
std::span<const MessageReader<ToWorker>> to_worker_readers();
std::span<const MessageReader<ToDriver>> to_driver_readers();
std::span<const MessageReader<Reply>> reply_readers();

}  // namespace pilotlight::deploy
