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
fn the_newest_key_seals_and_all_keys_open() {
    let before = sealer([key("k1", 1)]);
    let after = sealer([key("k2", 2), key("k1", 1)]);

    let old = before.seal(b"secret", &place()).unwrap();
    assert_eq!(*after.open(&old, &place()).unwrap(), b"secret");

    let new = after.seal(b"secret", &place()).unwrap();
    assert_eq!(*after.open(&new, &place()).unwrap(), b"secret");
    assert_eq!(before.open(&new, &place()), Err(SealError::UnknownMasterKey));
}

#[test]
fn another_key_with_the_same_id_does_not_open() {
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
fn sealed_secrets_have_the_documented_format() {
    let sealed = sealer([key("k1", 1)]).seal(b"secret", &place()).unwrap();

    assert_eq!(sealed.as_bytes()[..4], [1, 2, b'k', b'1']);
    assert_eq!(sealed.as_bytes().len(), 4 + 12 + b"secret".len() + 16);
}

#[test]
fn sealing_the_same_secret_twice_gives_different_ciphertexts() {
    let sealer = sealer([key("k1", 1)]);

    assert_ne!(sealer.seal(b"secret", &place()).unwrap(), sealer.seal(b"secret", &place()).unwrap());
}

#[test]
fn places_with_different_parts_are_different() {
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
fn a_generated_key_can_be_parsed() {
    let generated = MasterKey::generate("k-2026.11".parse().unwrap()).unwrap();
    let parsed: MasterKey = generated.expose_text().parse().unwrap();

    assert!(generated.expose_text().starts_with("k-2026.11:"));
    let sealed = sealer([generated]).seal(b"secret", &place()).unwrap();
    assert_eq!(*sealer([parsed]).open(&sealed, &place()).unwrap(), b"secret");
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

    assert_eq!(MasterKeys::try_new([]).unwrap_err(), InvalidMasterKeys::Empty);
    assert_eq!(
        MasterKeys::try_new(duplicate).unwrap_err(),
        InvalidMasterKeys::DuplicateId("k1".parse().unwrap())
    );
}

proptest! {
    #[test]
    fn a_sealed_secret_opens(secret: Vec<u8>, byte: u8) {
        let sealer = sealer([key("k1", byte)]);
        let sealed = sealer.seal(&secret, &place()).unwrap();
        prop_assert_eq!(&*sealer.open(&sealed, &place()).unwrap(), &secret);
    }

    #[test]
    fn a_flipped_bit_is_rejected(secret in prop::collection::vec(any::<u8>(), 0..64), index: prop::sample::Index) {
        let sealer = sealer([key("k1", 1), key("k3", 3)]);
        let mut bytes = sealer.seal(&secret, &place()).unwrap().as_bytes().to_vec();
        let bit = index.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(sealer.open(&Sealed::new(bytes), &place()).is_err());
    }

    #[test]
    fn a_truncated_secret_is_rejected(secret in prop::collection::vec(any::<u8>(), 0..64), index: prop::sample::Index) {
        let sealer = sealer([key("k1", 1)]);
        let bytes = sealer.seal(&secret, &place()).unwrap().as_bytes().to_vec();
        let truncated = bytes[..index.index(bytes.len())].to_vec();
        prop_assert!(sealer.open(&Sealed::new(truncated), &place()).is_err());
    }

    #[test]
    fn another_place_is_rejected(secret: Vec<u8>, part: Vec<u8>) {
        let sealer = sealer([key("k1", 1)]);
        let sealed = sealer.seal(&secret, &place()).unwrap();
        prop_assert_eq!(sealer.open(&sealed, &place().at(&part)), Err(SealError::Broken));
    }

    #[test]
    fn arbitrary_bytes_are_rejected(bytes: Vec<u8>) {
        prop_assert!(sealer([key("k1", 1)]).open(&Sealed::new(bytes), &place()).is_err());
    }
}
