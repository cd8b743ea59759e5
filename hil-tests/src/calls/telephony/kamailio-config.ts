/** What a proxy for one demonstration needs to know. */
export interface ProxySettings {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly keyFile: string;
  readonly certificateFile: string;
  /** Where every message is reported to, HEP 3 over UDP. */
  readonly observerPort: number;
  /** Where pushes are handed over. */
  readonly pushPort: number;
  /** Of every account. */
  readonly password: string;
}

/** The only push service it knows, as RFC 8599 §4.1 names it in a Contact. */
export const PUSH_PROVIDER = 'loopback';

const MODULES = [
  'tm',
  'tmx',
  'sl',
  'rr',
  'pv',
  'maxfwd',
  'siputils',
  'textops',
  'usrloc',
  'registrar',
  'tsilo',
] as const;
const MORE_MODULES = [
  'kex',
  'corex',
  'xlog',
  'auth',
  'nathelper',
  'uac',
  'siptrace',
  'tls',
  'htable',
  'cfgutils',
] as const;

/**
 * Kamailio as a small telephone system: accounts with a password, an extension with its desk phones (`1001`) and up to two mobile
 * apps (`1001m`, `1001n`). A call is forked to all of them. An app that sleeps is pushed and joins when it registers anew
 * (RFC 8599 §5.5); what is known of the desk phone is pushed with its first answer, or when it gives none, and when it refuses.
 */
export function kamailioConfig(settings: ProxySettings): string {
  const { host, port, tlsPort, keyFile, certificateFile, observerPort, pushPort, password } = settings;
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=2
tcp_children=2
auto_aliases=no
enable_tls=yes
listen=udp:${host}:${port}
listen=tcp:${host}:${port}
listen=tls:${host}:${tlsPort}
${[...MODULES, ...MORE_MODULES].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("tls", "private_key", "${keyFile}")
modparam("tls", "certificate", "${certificateFile}")
modparam("tls", "tls_method", "TLSv1.2+")
modparam("registrar|nathelper", "received_avp", "$avp(RECEIVED)")
modparam("tm", "fr_timer", 3000)
modparam("tm", "fr_inv_timer", 60000)
modparam("uac", "restore_mode", "none")
modparam("htable", "htable", "index=>size=4;autoexpire=5;")
modparam("htable", "htable", "label=>size=4;autoexpire=5;")
modparam("htable", "htable", "refused=>size=4;autoexpire=5;")
modparam("siptrace", "duplicate_uri", "sip:${host}:${observerPort}")
modparam("siptrace", "hep_mode_on", 1)
modparam("siptrace", "hep_version", 3)
modparam("siptrace", "trace_to_database", 0)
modparam("siptrace", "trace_on", 1)
modparam("siptrace", "trace_mode", 1)

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("REGISTER")) { route(REGISTER); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  t_check_trans();
  if (has_totag()) {
    if (loose_route()) t_relay();
    else if (is_method("ACK")) { if (t_check_trans()) t_relay(); }
    else sl_send_reply("404", "Not Here");
    exit;
  }
  if (is_method("ACK")) exit;
  if (is_method("INVITE")) { route(INVITE); exit; }
  sl_send_reply("405", "Method Not Allowed");
}

route[REGISTER] {
  $var(password) = "${password}";
  if (!pv_www_authenticate("$td", "$var(password)", "0") || $au != $tU) { www_challenge("$td", "1"); exit; }
  force_rport();
  fix_nated_register();
  if ($tU =~ "[mn]$") setbflag(1);
  append_to_reply("Feature-Caps: *;+sip.pns=\\"${PUSH_PROVIDER}\\"\\r\\n");
  save("location");
  route(SETTLED);
  $var(joiner) = $tU;
  $var(index) = $sht(index=>$tU);
  $var(label) = $sht(label=>$tU);
  if ($sht(index=>$tU) != $null) t_continue("$var(index)", "$var(label)", "JOIN");
  else if ($tU =~ "[mn]$") ts_append("location", "$tu");
}

# While a desk phone's refusal is being handled, its call is neither forked any more nor held: who joined just then would be lost.
route[SETTLED] {
  $var(extension) = $(tU{s.striptail,1});
  $var(turns) = 0;
  while ($sht(refused=>$var(extension)) != $null && $sht(index=>$tU) == $null && $var(turns) < 30) {
    usleep("1000");
    $var(turns) = $var(turns) + 1;
  }
}

# The call was held, for nobody but apps that slept was there to take it.
route[JOIN] {
  $var(user) = $avp(extension) + "m";
  $sht(index=>$var(user)) = $null;
  $var(user) = $avp(extension) + "n";
  $sht(index=>$var(user)) = $null;
  $ru = "sip:" + $var(joiner) + "@${host}";
  lookup("location");
  t_on_branch("LEG");
  t_relay();
}

# Until an app that was woken registers, or the timer of a transaction without an answer runs out.
route[HOLD] {
  $var(user) = $avp(extension) + "m";
  $sht(index=>$var(user)) = $T(id_index);
  $sht(label=>$var(user)) = $T(id_label);
  $var(user) = $avp(extension) + "n";
  $sht(index=>$var(user)) = $T(id_index);
  $sht(label=>$var(user)) = $T(id_label);
  t_suspend();
}

route[INVITE] {
  $var(password) = "${password}";
  if (!pv_proxy_authenticate("$fd", "$var(password)", "0")) { proxy_challenge("$fd", "1"); exit; }
  consume_credentials();
  record_route();
  $avp(extension) = $rU;
  $avp(call) = $ci;
  $avp(desks) = 0;
  $avp(failed) = 0;
  t_newtran();
  $var(user) = $avp(extension) + "m";
  route(WAKE);
  $var(user) = $avp(extension) + "n";
  route(WAKE);
  if (registered("location", "sip:$avp(extension)@${host}")) {
    lookup("location");
    t_on_branch("LEG");
    t_on_failure("DESK_GAVE_UP");
    t_relay();
    exit;
  }
  if ($avp(woken) == $null) { t_reply("480", "Temporarily Unavailable"); exit; }
  $avp(state) = "not-alerting";
  route(TELL);
  route(HOLD);
}

# An app joins the call when it registers; until then nothing is sent to it but the push.
route[WAKE] {
  $var(to) = "sip:" + $var(user) + "@${host}";
  if (!reg_fetch_contacts("location", "$var(to)", "app")) return;
  $avp(woken) = 1;
  ts_store("$var(to)");
  $var(push) = "{\\"call\\":\\"" + $avp(call) + "\\"}";
  route(PUSH);
}

branch_route[LEG] {
  if (isbflagset(1)) { $avp(joined) = 1; t_on_reply("MOBILE"); }
  else { $avp(desks) = $avp(desks) + 1; t_on_reply("DESK"); t_on_branch_failure("DESK"); }
}

# A desk phone on "do not disturb" answers before any app is awake: the call waits for the apps that were woken.
failure_route[DESK_GAVE_UP] {
  if (!t_is_canceled() && $avp(woken) != $null && $avp(joined) == $null) route(HOLD);
}

# What follows in the dialog has to find the connection that the app keeps open.
onreply_route[MOBILE] {
  fix_nated_contact();
}

onreply_route[DESK] {
  if ($rs =~ "^[4-6]") $sht(refused=>$avp(extension)) = 1;
  if ($rs =~ "^18[0-9]$" && $avp(state) == $null) { $avp(state) = "alerting"; route(TELL); }
}

# An extension may have several desk phones, and a registration that nobody answers for: one of them is enough.
event_route[tm:branch-failure:DESK] {
  if ($T_reply_code == 487) exit;
  $avp(failed) = $avp(failed) + 1;
  if ($avp(failed) == $avp(desks)) { $avp(state) = "not-alerting"; route(TELL); }
}

route[TELL] {
  $var(push) = "{\\"call\\":\\"" + $avp(call) + "\\",\\"deskPhone\\":\\"" + $avp(state) + "\\"}";
  $var(to) = "sip:" + $avp(extension) + "m@${host}";
  if (reg_fetch_contacts("location", "$var(to)", "app")) route(PUSH);
  $var(to) = "sip:" + $avp(extension) + "n@${host}";
  if (reg_fetch_contacts("location", "$var(to)", "app")) route(PUSH);
}

route[PUSH] {
  $var(contact) = $(ulc(app=>addr)[0]);
  $var(token) = $(var(contact){uri.param,pn-prid});
  $uac_req(method) = "MESSAGE";
  $uac_req(ruri) = "sip:" + $var(token) + "@${host}:${pushPort}";
  $uac_req(turi) = $uac_req(ruri);
  $uac_req(furi) = "sip:push@${host}";
  $uac_req(ouri) = "";
  $uac_req(hdrs) = "Content-Type: application/json\\r\\n";
  $uac_req(body) = $var(push);
  uac_req_send();
}
`;
}
