/** What a proxy for one demonstration needs to know. */
export interface ProxySettings {
  readonly host: string;
  readonly port: number;
  /** Where every message is reported to, HEP 3 over UDP. */
  readonly observerPort: number;
  /** Of every account. */
  readonly password: string;
}

export const PUSH_TYPE = 'application/vnd.deskbeacon.push+json';

const MODULES = ['tm', 'tmx', 'sl', 'rr', 'pv', 'maxfwd', 'siputils', 'textops', 'usrloc', 'registrar'] as const;
const MORE_MODULES = ['kex', 'corex', 'xlog', 'auth', 'nathelper', 'uac', 'siptrace'] as const;

/**
 * Kamailio as a small telephone system: accounts with a password, an extension with one desk phone (`1001`) and up to two mobile
 * apps (`1001m`, `1001n`). A call is forked to all of them; with the desk phone's first answer, or when it has none, the apps are
 * pushed what is known of it. The push is a MESSAGE on the app's connection here; over the air it would be FCM's or APNs'.
 */
export function kamailioConfig({ host, port, observerPort, password }: ProxySettings): string {
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=2
tcp_children=2
auto_aliases=no
listen=udp:${host}:${port}
listen=tcp:${host}:${port}
${[...MODULES, ...MORE_MODULES].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("registrar|nathelper", "received_avp", "$avp(RECEIVED)")
modparam("tm", "fr_timer", 3000)
modparam("tm", "fr_inv_timer", 60000)
modparam("uac", "restore_mode", "none")
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
  if (is_method("INVITE")) { route(FORK); exit; }
  if (is_method("MESSAGE") && $si == "${host}" && $fU == "push") {
    if (lookup("location")) t_relay();
    else sl_send_reply("404", "Not Found");
    exit;
  }
  sl_send_reply("405", "Method Not Allowed");
}

route[REGISTER] {
  $var(password) = "${password}";
  if (!pv_www_authenticate("$td", "$var(password)", "0") || $au != $tU) { www_challenge("$td", "1"); exit; }
  force_rport();
  fix_nated_register();
  if ($tU =~ "[mn]$") setbflag(1);
  save("location");
}

route[FORK] {
  record_route();
  $avp(extension) = $rU;
  $avp(call) = $ci;
  $var(forked) = 0;
  if (registered("location", "sip:$avp(extension)@${host}")) $var(forked) = 1;
  else { $avp(state) = "not-alerting"; route(PUSH); }
  $var(mobile) = "sip:" + $avp(extension) + "m@${host}";
  if (registered("location", "$var(mobile)")) {
    if ($var(forked) == 1) append_branch("$var(mobile)"); else $ru = $var(mobile);
    $var(forked) = 1;
  }
  $var(mobile) = "sip:" + $avp(extension) + "n@${host}";
  if (registered("location", "$var(mobile)")) {
    if ($var(forked) == 1) append_branch("$var(mobile)"); else $ru = $var(mobile);
    $var(forked) = 1;
  }
  if ($var(forked) == 0) { sl_send_reply("480", "Temporarily Unavailable"); exit; }
  lookup_branches("location");
  t_on_branch("LEG");
  t_relay();
}

branch_route[LEG] {
  if (isbflagset(1)) t_on_reply("MOBILE");
  else { t_on_reply("DESK"); t_on_branch_failure("DESK"); }
}

# What follows in the dialog has to find the connection that the app keeps open.
onreply_route[MOBILE] {
  fix_nated_contact();
}

onreply_route[DESK] {
  if ($rs =~ "^18[0-9]$" && $avp(state) == $null) { $avp(state) = "alerting"; route(PUSH); }
}

event_route[tm:branch-failure:DESK] {
  if ($T_reply_code != 487 && $avp(state) != "not-alerting") { $avp(state) = "not-alerting"; route(PUSH); }
}

route[PUSH] {
  $var(to) = "sip:" + $avp(extension) + "m@${host}";
  route(PUSH_ONE);
  $var(to) = "sip:" + $avp(extension) + "n@${host}";
  route(PUSH_ONE);
}

route[PUSH_ONE] {
  if (!registered("location", "$var(to)")) return;
  $uac_req(method) = "MESSAGE";
  $uac_req(ruri) = $var(to);
  $uac_req(turi) = $var(to);
  $uac_req(furi) = "sip:push@${host}";
  $uac_req(ouri) = "sip:${host}:${port}";
  $uac_req(hdrs) = "Content-Type: ${PUSH_TYPE}\\r\\n";
  $uac_req(body) = "{\\"call\\":\\"" + $avp(call) + "\\",\\"deskPhone\\":\\"" + $avp(state) + "\\"}";
  uac_req_send();
}
`;
}
