package org.deskbeacon.example

import android.content.Context
import android.os.Handler
import android.os.HandlerThread
import android.os.SystemClock
import androidx.javascriptengine.JavaScriptIsolate
import androidx.javascriptengine.JavaScriptSandbox
import java.util.concurrent.TimeUnit
import org.json.JSONObject

/** What native code does for a call. None of it waits for JavaScript. Called on the core's thread; `ring` on any. */
interface CallPhone {
  fun hold()
  fun ring(reason: String)
  /** The leg ends as answered elsewhere: `DisconnectCause(DisconnectCause.ANSWERED_ELSEWHERE)`. */
  fun endElsewhere(reason: String)
  fun stayQuiet(reason: String)
  fun startScan()
  fun stopScan()
  /** In a file of the app's own that no backup takes, for the time of the call; `null` deletes it. */
  fun keep(state: String?)
}

/**
 * `proximity-core.global.js` in an isolate of WebView's sandbox, which is another process. Only texts come and go: what `openCall` gives
 * stays in there under a name. One thread asks, and waits for each answer, for so long and no longer.
 */
class ProximityCore(context: Context, script: String) {
  private val thread = HandlerThread("deskbeacon").apply { start() }
  val handler = Handler(thread.looper)
  private val sandbox: JavaScriptSandbox =
    JavaScriptSandbox.createConnectedInstanceAsync(context.applicationContext).get(START_LIMIT_MS, TimeUnit.MILLISECONDS)
  private val isolate: JavaScriptIsolate = sandbox.createIsolate()
  private var isPrepared = false

  init {
    check(evaluate("$script\n;typeof proximityCore") == "object") { "the core does not run" }
  }

  /** Outside of calls: when the profile was fetched, and again when its identities change. False for a profile that is not right. */
  fun prepare(profile: JSONObject, wallClockMs: Long): Boolean {
    val request = JSONObject().put("profile", profile).put("wallClockMs", wallClockMs)
    evaluate("var prepared = proximityCore.prepare(${quoted(request)}); ''")
    isPrepared = evaluate("String(JSON.parse(prepared).ok)") == "true"
    return isPrepared
  }

  /** Without a profile every call rings; so it does where this throws. */
  fun open(wallClockMs: Long, host: JSONObject) {
    val request = JSONObject().put("wallClockMs", wallClockMs).put("host", host)
    if (isPrepared) evaluate("var request = JSON.parse(${quoted(request)}); request.prepared = JSON.parse(prepared).prepared; ''")
    else evaluate("var request = JSON.parse(${quoted(request)}); ''")
    evaluate("var deskCall = proximityCore.openCall(JSON.stringify(request)); ''")
  }

  fun resume(state: JSONObject) {
    val request = JSONObject().put("state", state)
    evaluate("var deskCall = proximityCore.resumeCall(${quoted(request)}); ''")
  }

  fun step(event: JSONObject): JSONObject = answer(evaluate("deskCall.step(${quoted(event)})"))

  fun state(): JSONObject = answer(evaluate("deskCall.state()")).getJSONObject("state")

  /** @throws Exception of the sandbox: it died, the isolate was ended, JavaScript threw, or gave no answer in time. */
  private fun evaluate(code: String): String = isolate.evaluateJavaScriptAsync(code).get(ANSWER_LIMIT_MS, TimeUnit.MILLISECONDS)

  private fun answer(text: String): JSONObject {
    val fields = JSONObject(text)
    check(fields.optBoolean("ok")) { fields.optString("error") }
    return fields
  }

  /** A JSON text as a literal of JavaScript: JSON within JSON, whose quoting both share. */
  private fun quoted(value: JSONObject): String = JSONObject.quote(value.toString())

  companion object {
    private const val START_LIMIT_MS = 2000L
    private const val ANSWER_LIMIT_MS = 300L

    /** False on old WebViews: then the app carries an engine of its own, or every call rings. */
    fun isSupported(): Boolean = JavaScriptSandbox.isSupported()
  }
}

/** One incoming call of a self-managed ConnectionService, made in `onCreateIncomingConnection`, on any thread. */
class DeskCall(private val core: ProximityCore, private val phone: CallPhone, host: JSONObject, news: JSONObject) {
  private val beganMs = SystemClock.elapsedRealtime()
  private val native = Handler(android.os.Looper.getMainLooper())
  private var lastWord = Runnable { phone.ring("host-failed") }
  private val tick = Runnable { tell("tick") }
  private var isOver = false

  init {
    // The last word is native, and on another thread than JavaScript is waited for.
    native.postDelayed(lastWord, DECIDE_MS + GRACE_MS)
    core.handler.post {
      guarded {
        core.open(System.currentTimeMillis() - elapsedMs(), host)
        step(news.put("event", "call").put("deadlineMs", maxOf(0L, DECIDE_MS - elapsedMs())))
      }
    }
  }

  /** `ScanRecord.getBytes()` in hexadecimal, as it is: docs/adapters.md says which zeros at its end may go. */
  fun heard(data: String, rssi: Int) =
    tell("advertisement", JSONObject().put("address", "").put("rssiDbm", rssi).put("data", data))

  fun scanStarted() = tell("scan-started", JSONObject().put("mode", "low-latency"))

  /** `too-frequent`, `bluetooth-off`, `unauthorized`, `unsupported`, `internal`. */
  fun scanFailed(reason: String) = tell("scan-failed", JSONObject().put("reason", reason))

  fun told(deskPhone: String) = tell("call", JSONObject().put("deskPhone", deskPhone))

  /** `this-phone`, `desk`, `elsewhere`; `null` when the caller hung up. Who has answered is not rung for, whatever JavaScript says. */
  fun ended(answeredBy: String?) {
    native.removeCallbacks(lastWord)
    if (answeredBy == null) tell("call-ended") else tell("answered", JSONObject().put("by", answeredBy))
    core.handler.post {
      isOver = true
      core.handler.removeCallbacks(tick)
      phone.stopScan()
      phone.keep(null)
    }
  }

  private fun tell(event: String, fields: JSONObject = JSONObject()) {
    core.handler.post { guarded { step(fields.put("event", event)) } }
  }

  private fun step(event: JSONObject) {
    val answer = core.step(event.put("t", elapsedMs()))
    val actions = answer.getJSONArray("actions")
    if (actions.length() > 0) phone.keep(core.state().toString())
    for (i in 0 until actions.length()) carryOut(actions.getJSONObject(i))
    core.handler.removeCallbacks(tick)
    if (answer.has("nextDeadlineMs")) {
      core.handler.postDelayed(tick, maxOf(0L, Math.ceil(answer.getDouble("nextDeadlineMs")).toLong() - elapsedMs()))
    }
  }

  private fun carryOut(action: JSONObject) {
    val reason = action.optString("reason")
    when (action.getString("action")) {
      "hold-ring" -> phone.hold()
      "start-scan" -> phone.startScan()
      "stop-scan" -> phone.stopScan()
      "end-elsewhere" -> { native.removeCallbacks(lastWord); phone.endElsewhere(reason) }
      "silence" -> {
        native.removeCallbacks(lastWord)
        val ringAfterMs = action.getLong("ringAfterMs")
        lastWord = Runnable { phone.ring("unanswered") }
        if (ringAfterMs > 0) native.postDelayed(lastWord, ringAfterMs + GRACE_MS)
        phone.stayQuiet(reason)
      }
      "ring" -> { native.removeCallbacks(lastWord); phone.ring(reason) }
      else -> error("an action that this host does not know")
    }
  }

  /** Whatever goes wrong, a dead sandbox first of all: ring. */
  private fun guarded(work: () -> Unit) {
    if (isOver) return
    try {
      work()
    } catch (_: Exception) {
      isOver = true
      core.handler.removeCallbacks(tick)
      native.removeCallbacks(lastWord)
      phone.stopScan()
      phone.ring("host-failed")
    }
  }

  private fun elapsedMs(): Long = SystemClock.elapsedRealtime() - beganMs

  companion object {
    private const val DECIDE_MS = 1500L
    private const val GRACE_MS = 250L
  }
}
