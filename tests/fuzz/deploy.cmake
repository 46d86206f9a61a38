# Decoders of Spark's messages, one for each direction.
foreach(direction IN ITEMS to_master to_worker to_driver reply)
  pilotlight_fuzzer(${direction} LINK pilotlight_deploy)
endforeach()
