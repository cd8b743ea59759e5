import Foundation
import JavaScriptCore

/// What native code does for a call. None of it waits for JavaScript.
protocol CallPhone: AnyObject {
  func hold()
  func ring(reason: String)
  /// The leg ends as answered elsewhere: `CXProvider.reportCall(with:endedAt:reason: .answeredElsewhere)`.
  func endElsewhere(reason: String)
  func stayQuiet(reason: String)
  func startScan()
  func stopScan()
  /// In a file of the app's own that no backup takes, for the time of the call; `nil` deletes it.
  func keep(_ state: String?)
}

/// `proximity-core.global.js` in a context of its own, on a queue of its own: a JSContext is not to be used from two threads.
final class ProximityCore {
  let queue = DispatchQueue(label: "deskbeacon.core", qos: .userInteractive)
  private let context: JSContext
  private let core: JSValue
  private var hasThrown = false
  private var prepared: Any?

  /// When the app starts, and not when a call comes in. Fails where the file does not run: then every call rings.
  init?(script: String) {
    guard let context = JSContext() else { return nil }
    self.context = context
    var hasFailed = false
    context.exceptionHandler = { _, _ in hasFailed = true }
    context.evaluateScript(script)
    guard !hasFailed, let core = context.objectForKeyedSubscript("proximityCore"), core.isObject else { return nil }
    self.core = core
    context.exceptionHandler = { [weak self] _, _ in self?.hasThrown = true }
  }

  /// On the queue, outside of calls: when the profile was fetched, and again when its identities change. False for a profile that is not right.
  func prepare(profile: Any) -> Bool {
    let wallClockMs = Date().timeIntervalSince1970 * 1000
    let answer = ask(core, "prepare", ["profile": profile, "wallClockMs": wallClockMs])
    prepared = answer?["prepared"]
    return prepared != nil
  }

  /// `nil`, and the phone rings, where the core gives no call.
  func open(wallClockMs: Double, host: [String: Bool]) -> JSValue? {
    var request: [String: Any] = ["wallClockMs": wallClockMs, "host": host]
    request["prepared"] = prepared
    return call("openCall", request)
  }

  func resume(state: Any) -> JSValue? {
    call("resumeCall", ["state": state])
  }

  /// One JSON text in, one out. `nil` for anything but an answer that is `ok`.
  func ask(_ owner: JSValue, _ function: String, _ request: [String: Any]) -> [String: Any]? {
    guard let text = textOf(request) else { return nil }
    hasThrown = false
    guard let answer = owner.invokeMethod(function, withArguments: [text]), !hasThrown, answer.isString,
      let data = answer.toString().data(using: .utf8),
      let fields = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any], fields["ok"] as? Bool == true
    else { return nil }
    return fields
  }

  private func call(_ function: String, _ request: [String: Any]) -> JSValue? {
    guard let text = textOf(request) else { return nil }
    hasThrown = false
    guard let call = core.invokeMethod(function, withArguments: [text]), !hasThrown, call.isObject else { return nil }
    return call
  }

  private func textOf(_ value: [String: Any]) -> String? {
    guard JSONSerialization.isValidJSONObject(value), let data = try? JSONSerialization.data(withJSONObject: value)
    else { return nil }
    return String(data: data, encoding: .utf8)
  }
}

/// One incoming call. Made in `pushRegistry(_:didReceiveIncomingPushWith:for:completion:)` after `reportNewIncomingCall`: by then
/// the iPhone rings, and what is decided here is whether it goes on. Everything runs on the core's queue.
final class DeskCall {
  private static let decideMs = 1500.0
  private static let graceMs = 250.0
  private let core: ProximityCore
  private unowned let phone: CallPhone
  private let began = DispatchTime.now()
  private var call: JSValue?
  private var timer: DispatchSourceTimer?
  private var lastWord: DispatchSourceTimer?
  private var isOver = false

  init(core: ProximityCore, phone: CallPhone, host: [String: Bool], deskPhone: String) {
    self.core = core
    self.phone = phone
    // The last word is native, and on another queue than JavaScript, which might not come back.
    lastWord = after(DeskCall.decideMs + DeskCall.graceMs, on: .main) { [unowned phone] in phone.ring(reason: "host-failed") }
    let wallClockMs = Date().timeIntervalSince1970 * 1000
    core.queue.async { [self] in
      call = core.open(wallClockMs: wallClockMs, host: host)
      tell("call", ["deskPhone": deskPhone, "deadlineMs": max(0, DeskCall.decideMs - elapsedMs)])
    }
  }

  /// `data`: advertising data as AD structures in hexadecimal. CoreBluetooth takes records apart: docs/adapters.md has the rules.
  func heard(data: String, rssi: Int) {
    core.queue.async { [self] in tell("advertisement", ["address": "", "rssiDbm": rssi, "data": data]) }
  }

  func scanStarted() { core.queue.async { [self] in tell("scan-started", ["mode": "background"]) } }
  /// `bluetooth-off`, `unauthorized`, `unsupported`, `internal`.
  func scanFailed(_ reason: String) { core.queue.async { [self] in tell("scan-failed", ["reason": reason]) } }
  func told(deskPhone: String) { core.queue.async { [self] in tell("call", ["deskPhone": deskPhone]) } }

  /// `this-phone`, `desk`, `elsewhere`; `nil` when the caller hung up. Who has answered is not rung for, whatever JavaScript says.
  func ended(answeredBy: String?) {
    lastWord?.cancel()
    core.queue.async { [self] in
      if let by = answeredBy { tell("answered", ["by": by]) } else { tell("call-ended", [:]) }
      isOver = true
      timer?.cancel()
      phone.stopScan()
      phone.keep(nil)
    }
  }

  private var elapsedMs: Double {
    Double(DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds) / 1e6
  }

  private func tell(_ event: String, _ fields: [String: Any]) {
    guard !isOver else { return }
    var whole = fields
    whole["t"] = elapsedMs
    whole["event"] = event
    guard let call, let answer = core.ask(call, "step", whole), let actions = answer["actions"] as? [[String: Any]]
    else { return fail() }
    if !actions.isEmpty {
      guard let state = core.ask(call, "state", [:])?["state"],
        let data = try? JSONSerialization.data(withJSONObject: state)
      else { return fail() }
      phone.keep(String(data: data, encoding: .utf8))
    }
    for action in actions { carryOut(action) }
    timer?.cancel()
    if let next = answer["nextDeadlineMs"] as? Double {
      timer = after(next - elapsedMs, on: core.queue) { [weak self] in self?.tell("tick", [:]) }
    }
  }

  private func carryOut(_ action: [String: Any]) {
    let reason = action["reason"] as? String ?? ""
    switch action["action"] as? String {
    case "hold-ring": phone.hold()
    case "start-scan": phone.startScan()
    case "stop-scan": phone.stopScan()
    case "end-elsewhere":
      lastWord?.cancel()
      phone.endElsewhere(reason: reason)
    case "silence":
      let ringAfterMs = action["ringAfterMs"] as? Double ?? 0
      lastWord?.cancel()
      if ringAfterMs > 0 {
        lastWord = after(ringAfterMs + DeskCall.graceMs, on: .main) { [unowned phone = self.phone] in
          phone.ring(reason: "unanswered")
        }
      }
      phone.stayQuiet(reason: reason)
    case "ring":
      lastWord?.cancel()
      phone.ring(reason: reason)
    default: fail()
    }
  }

  private func fail() {
    isOver = true
    timer?.cancel()
    lastWord?.cancel()
    phone.stopScan()
    phone.ring(reason: "host-failed")
  }

  private func after(_ ms: Double, on queue: DispatchQueue, _ work: @escaping () -> Void) -> DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + .microseconds(Int(max(0, ms) * 1000)))
    timer.setEventHandler(handler: work)
    timer.resume()
    return timer
  }
}
