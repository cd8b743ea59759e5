package org.deskbeacon.example

import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import com.facebook.react.bridge.Arguments
import com.facebook.react.bridge.ReactApplicationContext
import com.facebook.react.bridge.ReactContextBaseJavaModule
import com.facebook.react.bridge.ReactMethod
import com.facebook.react.bridge.WritableArray
import com.facebook.react.bridge.WritableMap
import com.facebook.react.modules.core.DeviceEventManagerModule.RCTDeviceEventEmitter
import java.io.File

/** What the app's ConnectionService does, on the main thread. `ring` for a call that rings does nothing. */
interface Ringer {
  fun ring(call: String)
  fun stayQuiet(call: String)
  /** `DisconnectCause(DisconnectCause.ANSWERED_ELSEWHERE)`; the SIP leg stays at 180. */
  fun endElsewhere(call: String)
}

/**
 * Calls as native code knows them, whether JavaScript runs or not: the app's FirebaseMessagingService and ConnectionService speak to
 * this object alone. Used on the main thread. Not built in the repository that it stands in.
 */
object DeskbeaconCalls {
  private const val DECIDE_MS = 1500L
  private const val GRACE_MS = 250L
  lateinit var ringer: Ringer
  /** `context.noBackupFilesDir`, for texts that last as long as their calls. */
  lateinit var folder: File
  var toJavaScript: ((event: String, news: WritableMap) -> Unit)? = null
  private val main = Handler(Looper.getMainLooper())
  private val rings = HashMap<String, Runnable>()
  private val wakes = HashMap<String, Runnable>()

  /** The push. From here on the phone rings at the latest with the grace's end, whatever becomes of JavaScript. */
  fun begin(call: String, deskPhone: String, isEmergency: Boolean) {
    val atMs = SystemClock.elapsedRealtime()
    ringBy(call, atMs + DECIDE_MS + GRACE_MS)
    keep(call, "")
    val news = newsOf(call)
    news.putDouble("atMs", atMs.toDouble())
    news.putString("deskPhone", deskPhone)
    if (isEmergency) news.putBoolean("emergency", true)
    tell("deskbeacon-call", news)
  }

  fun told(call: String, deskPhone: String) = tell("deskbeacon-told", newsOf(call).apply { putString("deskPhone", deskPhone) })

  /** `this-phone`, `desk`, `elsewhere`. Nobody who has answered is rung for, JavaScript or not. */
  fun answered(call: String, by: String) {
    over(call)
    tell("deskbeacon-answered", newsOf(call).apply { putString("by", by) })
  }

  fun ended(call: String) {
    over(call)
    tell("deskbeacon-ended", newsOf(call))
  }

  fun ringBy(call: String, atMs: Long) = at(rings, call, atMs) { ringer.ring(call) }

  fun wakeAt(call: String, atMs: Long) = at(wakes, call, atMs) { tell("deskbeacon-wake", newsOf(call)) }

  fun ring(call: String) {
    cancel(rings, call)
    ringer.ring(call)
  }

  fun stayQuiet(call: String) {
    cancel(rings, call)
    ringer.stayQuiet(call)
  }

  fun endElsewhere(call: String) {
    over(call)
    ringer.endElsewhere(call)
  }

  fun over(call: String) {
    cancel(rings, call)
    cancel(wakes, call)
    fileOf(call).delete()
  }

  /** Whole or not at all. */
  fun keep(call: String, text: String) {
    val beside = File(folder, "${fileOf(call).name}.new")
    beside.writeText(text)
    check(beside.renameTo(fileOf(call))) { "the call's state cannot be kept" }
  }

  fun unfinished(): WritableArray {
    val calls = Arguments.createArray()
    for (file in folder.listFiles { it -> it.name.startsWith(PREFIX) && !it.name.endsWith(".new") }.orEmpty()) {
      val call = Arguments.createMap()
      call.putString("call", decoded(file.name.removePrefix(PREFIX)))
      call.putString("text", runCatching { file.readText() }.getOrNull()?.ifEmpty { null })
      calls.pushMap(call)
    }
    return calls
  }

  private const val PREFIX = "deskbeacon-call-"
  /** A Call-ID may hold what a file's name may not. */
  private fun fileOf(call: String) = File(folder, PREFIX + call.toByteArray().joinToString("") { "%02x".format(it) })
  private fun decoded(hex: String) = String(hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray())

  private fun newsOf(call: String): WritableMap = Arguments.createMap().apply { putString("call", call) }
  private fun tell(event: String, news: WritableMap) { toJavaScript?.invoke(event, news) }

  private fun at(timers: HashMap<String, Runnable>, call: String, atMs: Long, work: () -> Unit) {
    cancel(timers, call)
    val timer = Runnable { timers.remove(call); work() }
    timers[call] = timer
    main.postDelayed(timer, maxOf(0L, atMs - SystemClock.elapsedRealtime()))
  }

  private fun cancel(timers: HashMap<String, Runnable>, call: String) {
    timers.remove(call)?.let(main::removeCallbacks)
  }
}

/** What `native.ts` calls. Words that change a call go to the main thread in their order; what is asked is answered at once. */
class DeskbeaconCallsModule(private val react: ReactApplicationContext) : ReactContextBaseJavaModule(react) {
  private val main = Handler(Looper.getMainLooper())

  override fun getName() = "DeskbeaconCalls"

  override fun initialize() {
    DeskbeaconCalls.toJavaScript = { event, news -> react.getJSModule(RCTDeviceEventEmitter::class.java).emit(event, news) }
  }

  override fun invalidate() {
    DeskbeaconCalls.toJavaScript = null
  }

  @ReactMethod(isBlockingSynchronousMethod = true)
  fun monotonicMs(): Double = SystemClock.elapsedRealtime().toDouble()

  @ReactMethod(isBlockingSynchronousMethod = true)
  fun unixMs(): Double = System.currentTimeMillis().toDouble()

  @ReactMethod(isBlockingSynchronousMethod = true)
  fun unfinished(): WritableArray = DeskbeaconCalls.unfinished()

  /** In the caller's time: what cannot be kept throws there, and the host rings. */
  @ReactMethod(isBlockingSynchronousMethod = true)
  fun save(call: String, text: String): Boolean {
    DeskbeaconCalls.keep(call, text)
    return true
  }

  @ReactMethod fun wakeAt(call: String, atMs: Double) { main.post { DeskbeaconCalls.wakeAt(call, atMs.toLong()) } }
  @ReactMethod fun ringBy(call: String, atMs: Double) { main.post { DeskbeaconCalls.ringBy(call, atMs.toLong()) } }
  @ReactMethod fun ring(call: String) { main.post { DeskbeaconCalls.ring(call) } }
  @ReactMethod fun stayQuiet(call: String) { main.post { DeskbeaconCalls.stayQuiet(call) } }
  @ReactMethod fun endElsewhere(call: String) { main.post { DeskbeaconCalls.endElsewhere(call) } }
  @ReactMethod fun over(call: String) { main.post { DeskbeaconCalls.over(call) } }
  @ReactMethod fun addListener(event: String) = Unit
  @ReactMethod fun removeListeners(count: Double) = Unit
}
