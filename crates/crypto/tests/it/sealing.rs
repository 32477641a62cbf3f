use crypto::{AesGcmSealer, InvalidMasterKey, InvalidMasterKeys, MasterKey, MasterKeys};
use domain::sealing::{SealError, Sealed, SealedPlace, Sealer};
use proptest::prelude::*;

fn key(id: &str, byte: u8) -> MasterKey {
    MasterKey::new(id.parse().unwrap(), [byte; 32])
}

fn sealer<const N: usize>(keys: [MasterKey; N]) -> AesGcmSealer {
    AesGcmSealer::new(&MasterKeys::try_new(keys).unwrap())
}

fn place() -> SealedPlace {
    SealedPlace::in_table("session_keys").at(b"wx0123456789abcdef").at(b"oTEST").at(&1_u64.to_be_bytes())
}

#[test]
fn the_newest_key_seals_and_every_key_opens() {
    let before = sealer([key("k1", 1)]);
    let after = sealer([key("k2", 2), key("k1", 1)]);

    let old = before.seal(b"secret", &place()).unwrap();
    assert_eq!(*after.open(&old, &place()).unwrap(), b"secret");

    let new = after.seal(b"secret", &place()).unwrap();
    assert_eq!(*after.open(&new, &place()).unwrap(), b"secret");
    assert_eq!(before.open(&new, &place()), Err(SealError::UnknownMasterKey));
}

#[test]
fn another_key_under_the_same_id_opens_nothing() {
    let sealed = sealer([key("k1", 1)]).seal(b"secret", &place()).unwrap();

    assert_eq!(sealer([key("k1", 2)]).open(&sealed, &place()), Err(SealError::Broken));
}

#[test]
fn a_key_does_not_open_under_another_id() {
    let sealed = sealer([key("k1", 1)]).seal(b"secret", &place()).unwrap();
    let mut renamed = sealed.as_bytes().to_vec();
    renamed[3] = b'2';

    let renamed_key = sealer([key("k2", 1)]);
    assert_eq!(renamed_key.open(&Sealed::new(renamed), &place()), Err(SealError::Broken));
}

#[test]
fn what_is_sealed_has_the_documented_form() {
    let sealed = sealer([key("k1", 1)]).seal(b"secret", &place()).unwrap();

    assert_eq!(sealed.as_bytes()[..4], [1, 2, b'k', b'1']);
    assert_eq!(sealed.as_bytes().len(), 4 + 12 + b"secret".len() + 16);
}

#[test]
fn sealing_twice_gives_two_texts() {
    let sealer = sealer([key("k1", 1)]);

    assert_ne!(sealer.seal(b"secret", &place()).unwrap(), sealer.seal(b"secret", &place()).unwrap());
}

#[test]
fn places_are_told_apart_by_their_parts() {
    let sealer = sealer([key("k1", 1)]);
    let sealed = sealer.seal(b"secret", &SealedPlace::in_table("t").at(b"ab").at(b"c")).unwrap();

    for other in [
        SealedPlace::in_table("t").at(b"a").at(b"bc"),
        SealedPlace::in_table("t").at(b"abc"),
        SealedPlace::in_table("t").at(b"ab"),
        SealedPlace::in_table("u").at(b"ab").at(b"c"),
    ] {
        assert_eq!(sealer.open(&sealed, &other), Err(SealError::Broken));
    }
}

#[test]
fn a_generated_key_reads_back() {
    let generated = MasterKey::generate("k-2026.11".parse().unwrap()).unwrap();
    let read: MasterKey = generated.expose_text().parse().unwrap();

    assert!(generated.expose_text().starts_with("k-2026.11:"));
    let sealed = sealer([generated]).seal(b"secret", &place()).unwrap();
    assert_eq!(*sealer([read]).open(&sealed, &place()).unwrap(), b"secret");
}

#[test]
fn two_generated_keys_differ() {
    let generate = || MasterKey::generate("k1".parse().unwrap()).unwrap().expose_text();

    assert_ne!(generate(), generate());
}

#[test]
fn an_invalid_key_is_rejected() {
    let cases = [
        ("k2", InvalidMasterKey::NoId),
        (":AAAA", InvalidMasterKey::Id),
        ("k1:AAAA", InvalidMasterKey::Key),
        ("k1:!!!!AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", InvalidMasterKey::Key),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse::<MasterKey>().unwrap_err(), expected, "{text}");
    }
}

#[test]
fn white_space_around_a_key_is_ignored() {
    let text = format!(" {}\n", key("k1", 1).expose_text().as_str());

    assert!(text.parse::<MasterKey>().is_ok());
}

#[test]
fn an_empty_list_and_duplicate_ids_are_rejected() {
    let duplicate = [key("k1", 1), key("k2", 2), key("k1", 3)];

    assert_eq!(MasterKeys::try_new([]).unwrap_err(), InvalidMasterKeys::None);
    assert_eq!(MasterKeys::try_new(duplicate).unwrap_err(), InvalidMasterKeys::Twice("k1".parse().unwrap()));
}

proptest! {
    #[test]
    fn what_was_sealed_opens(secret: Vec<u8>, byte: u8) {
        let sealer = sealer([key("k1", byte)]);
        let sealed = sealer.seal(&secret, &place()).unwrap();
        prop_assert_eq!(&*sealer.open(&sealed, &place()).unwrap(), &secret);
    }

    #[test]
    fn any_flipped_bit_is_refused(secret in prop::collection::vec(any::<u8>(), 0..64), at: prop::sample::Index) {
        let sealer = sealer([key("k1", 1), key("k3", 3)]);
        let mut bytes = sealer.seal(&secret, &place()).unwrap().as_bytes().to_vec();
        let bit = at.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(sealer.open(&Sealed::new(bytes), &place()).is_err());
    }

    #[test]
    fn whatever_is_cut_off_is_refused(secret in prop::collection::vec(any::<u8>(), 0..64), at: prop::sample::Index) {
        let sealer = sealer([key("k1", 1)]);
        let bytes = sealer.seal(&secret, &place()).unwrap().as_bytes().to_vec();
        let cut = bytes[..at.index(bytes.len())].to_vec();
        prop_assert!(sealer.open(&Sealed::new(cut), &place()).is_err());
    }

    #[test]
    fn another_place_is_refused(secret: Vec<u8>, part: Vec<u8>) {
        let sealer = sealer([key("k1", 1)]);
        let sealed = sealer.seal(&secret, &place()).unwrap();
        prop_assert_eq!(sealer.open(&sealed, &place().at(&part)), Err(SealError::Broken));
    }

    #[test]
    fn foreign_bytes_are_refused(bytes: Vec<u8>) {
        prop_assert!(sealer([key("k1", 1)]).open(&Sealed::new(bytes), &place()).is_err());
    }
}
