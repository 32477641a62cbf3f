//! Row 5: verify, decrypt, parse, watermark; on one core.

use std::hint::black_box;

use aes::Aes128;
use base64::{Engine, engine::general_purpose::STANDARD};
use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use crypto::WeChatOpenData;
use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, Payload, SignedData},
};
use serde::Deserialize;
use sha1::{Digest, Sha1};
use wechat_simulator::{NewUser, Simulator, UserInfoAnswer};

use super::{Effort, Rows};
use crate::{load::now, table::Duel, world::APP};

/// Iterations of one turn.
const ITERATIONS: u32 = 20_000;

/// Ours against straight-line code on the same crates.
pub(crate) fn measure(simulator: &Simulator, effort: Effort) -> Rows {
    let long_url = format!("https://thirdwx.qlogo.cn/mmopen/vi_32/{}/132", "A".repeat(328));
    let user =
        NewUser { nickname: Some("小明😀".to_owned()), avatar_url: Some(long_url), ..NewUser::default() };
    let user = simulator.create_user(user).map_err(|refusal| format!("{refusal:?}"))?;
    let key = simulator.session_key(APP, user).map_err(|refusal| format!("{refusal:?}"))?.to_base64();
    let data = simulator.get_user_info(APP, user, false).map_err(|refusal| format!("{refusal:?}"))?;
    let length = STANDARD.decode(&data.encrypted_data).map_err(|error| error.to_string())?.len();
    let duel = Duel::play(
        effort.rounds.max(9),
        || rate(|| straight_line(&key, &data)),
        || rate(|| through_the_port(&key, &data)),
    )?;
    let what = format!("open data: verify, decrypt, parse, watermark ({length} bytes, one core)");
    Ok(vec![duel.line("5", what, "straight-line code on the same crates", 0.90)])
}

fn rate(open: impl Fn() -> Option<()>) -> Result<f64, String> {
    let begun = now();
    for _ in 0..ITERATIONS {
        open().ok_or("the data did not open")?;
    }
    Ok(f64::from(ITERATIONS) / begun.elapsed().as_secs_f64())
}

fn through_the_port(key: &str, data: &UserInfoAnswer) -> Option<()> {
    let open_data: &dyn OpenData = black_box(&WeChatOpenData);
    let key: SessionKey = key.parse().ok()?;
    let signed =
        SignedData { raw_data: data.raw_data.parse().ok()?, signature: data.signature.parse().ok()? };
    let payload = Payload { encrypted_data: data.encrypted_data.parse().ok()?, iv: data.iv.parse().ok()? };
    if !open_data.is_signed_with(&key, &signed) {
        return None;
    }
    let opened = open_data.open(&key, &payload).ok()?;
    (opened.watermark.app_id == APP).then(|| drop(black_box(opened)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parsed, as the server parses it")]
struct UserInfo {
    open_id: String,
    nick_name: String,
    gender: u8,
    language: String,
    city: String,
    province: String,
    country: String,
    avatar_url: String,
    watermark: Watermark,
}

#[derive(Deserialize)]
struct Watermark {
    appid: String,
    timestamp: i64,
}

fn straight_line(key_text: &str, data: &UserInfoAnswer) -> Option<()> {
    let key = STANDARD.decode(key_text).ok()?;
    let mut sha1 = Sha1::new();
    sha1.update(&data.raw_data);
    sha1.update(key_text);
    let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
    let hash = sha1.finalize();
    if !hash.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).eq(data.signature.bytes()) {
        return None;
    }
    let iv = STANDARD.decode(&data.iv).ok()?;
    let mut text = STANDARD.decode(&data.encrypted_data).ok()?;
    let decryptor = cbc::Decryptor::<Aes128>::new_from_slices(&key, &iv).ok()?;
    let length = decryptor.decrypt_padded::<Pkcs7>(&mut text).ok()?.len();
    text.truncate(length);
    let json = String::from_utf8(text).ok()?;
    let info: UserInfo = serde_json::from_str(&json).ok()?;
    let is_ours = info.watermark.appid == APP && info.watermark.timestamp > 0;
    is_ours.then(|| drop(black_box((info, json))))
}
