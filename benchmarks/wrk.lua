-- Sends the requests of a file, each once, from a given place in it on; says how it went.
-- With a third argument it begins anew at the end of the file.
local places = {}

function setup(thread)
   table.insert(places, thread)
end

function init(arguments)
   letters = io.open(arguments[1], "rb")
   letters:seek("set", tonumber(arguments[2]))
   again = arguments[3]
end

function request()
   local size = letters:read(8)
   if not size and again then
      letters:seek("set", 0)
      size = letters:read(8)
   end
   if not size then
      exhausted = 1
      wrk.thread:stop()
      return wrk.format("GET", "/nothing-is-left")
   end
   local whole = letters:read(tonumber(size))
   place = letters:seek()
   return whole
end

function done(summary, latency, requests)
   local thread = places[1]
   local bad = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f,' ..
      ' "refused": %d, "broken": %d, "place": %d, "exhausted": %d}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
      latency:percentile(99) / 1e3, bad.status,
      bad.connect + bad.read + bad.write + bad.timeout,
      thread:get("place") or 0, thread:get("exhausted") or 0))
end
