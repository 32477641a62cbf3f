//! WeChat's errmsg for an errcode.

/// The errmsg without its request id. `error` for an errcode that no endpoint documents.
pub(crate) fn default_errmsg(errcode: i32) -> &'static str {
    match errcode {
        ..=-2 | 702_001..=702_009 => client_errmsg(errcode),
        90_000..=90_018 | 268_490_001.. => payment_errmsg(errcode),
        -1 => "system error",
        40001 => "invalid credential, access_token is invalid or not latest",
        40002 => "invalid grant_type",
        40003 => "invalid openid",
        40013 => "invalid appid",
        40014 => "invalid access_token",
        40029 => "invalid code",
        40097 => "invalid args",
        40125 => "invalid appsecret",
        40163 => "code been used",
        40164 => "invalid ip, not in whitelist",
        40226 => "code blocked",
        40243 => "AppSecret frozen",
        41001 => "access_token missing",
        41002 => "appid missing",
        41004 => "appsecret missing",
        41008 => "missing code",
        42001 => "access_token expired",
        42003 => "oauth code expired",
        43001 => "require GET method",
        43002 => "require POST method",
        44002 => "empty post data",
        44991 => "reach max api minute quota limit",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        47001 => "data format error",
        48001 => "api unauthorized",
        48004 => "api forbidden",
        50002 => "user limited",
        50004 => "access_token api forbidden",
        50007 => "account frozen",
        87007 => "session_key does not exist or is expired",
        87008 => "invalid sig_method",
        87009 => "invalid signature",
        89503 => "this ip needs the administrator's confirmation",
        89506 => "this ip was refused by the administrator, retry in 24 hours",
        89507 => "this ip was refused by the administrator, retry in 1 hour",
        _ => "error",
    }
}

/// The reasons that WeChat's client gives for a failed payment. Only `SIGNATURE_INVALID` is known to be its
/// text.
fn client_errmsg(errcode: i32) -> &'static str {
    match errcode {
        -2 => "cancel",
        -4 => "RISK_CONTROL",
        -15_001 | 702_001 => "PARAM_ERROR",
        -15_002 | 702_005 => "OUT_TRADE_NO_REPEATED",
        -15_003 => "SYSTEM_ERROR",
        -15_004 => "CURRENCY_TYPE_INVALID",
        -15_005 | 702_002 => "SIGNATURE_INVALID",
        -15_006 | 702_003 => "PAY_SIG_INVALID",
        -15_007 => "SESSION_KEY_EXPIRED",
        -15_012 => "ORDER_CLOSED",
        -15_016 => "SIGN_DATA_INVALID",
        -15_020 => "TOO_FAST",
        702_004 => "MODE_INVALID",
        _ => "error",
    }
}

/// The errors of `/xpay` and `/wxa/game`.
fn payment_errmsg(errcode: i32) -> &'static str {
    match errcode {
        90_010 => "[signature] signature is invalid",
        90_011 => "[pay_sig] pay_sig is invalid",
        90_016 => "sessionkey fail",
        90_018 => "parameter is invalid",
        268_490_001 => "openid错误",
        268_490_002 => "请求参数字段错误",
        268_490_003 => "签名错误",
        268_490_004 => "重复操作",
        268_490_009 => "用户session_key不存在或已过期，请重新登录",
        268_490_015 => "频率限制",
        _ => "error",
    }
}
