foreach(target IN ITEMS frames rpc_message first_byte)
  pilotlight_fuzzer(${target} LINK pilotlight_transport)
endforeach()
