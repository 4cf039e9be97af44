//! Types of an application's own.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use xmtp_content_types::{
    Codec, Codecs, Content, ContentError, ContentTypeId, CustomContent, EncodedContent, Reply, TextCodec,
};
use xmtp_types::MessageId;

struct Celsius;

impl Codec for Celsius {
    type Content = i32;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::constant("weather.example", "celsius", 1, 0)
    }

    fn encode(&self, degrees: &i32) -> Result<EncodedContent, ContentError> {
        Ok(EncodedContent::new(self.content_type(), degrees.to_string()))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<i32, ContentError> {
        match encoded.text()?.as_str() {
            "boom" => panic!("a codec with a mistake in it"),
            text => text.parse().map_err(|_| ContentError::Malformed { what: "temperature" }),
        }
    }

    fn fallback(&self, degrees: &i32) -> Option<String> {
        Some(format!("It is {degrees} °C"))
    }

    fn should_push(&self, degrees: &i32) -> bool {
        *degrees > 40
    }
}

fn codecs() -> Codecs {
    let mut codecs = Codecs::new();
    codecs.add(Celsius).unwrap();
    codecs
}

fn said(text: &str) -> EncodedContent {
    EncodedContent::new(Celsius.content_type(), text).with_fallback("shown")
}

fn value(content: &Content) -> Option<i32> {
    match content {
        Content::Custom(custom) => custom.value().copied(),
        other => panic!("{other:?} is not custom"),
    }
}

#[test] // CONTENT.R16
fn a_type_with_a_codec_is_read_and_without_it_stays_whole() {
    let sent = Content::from(CustomContent::new(&Celsius, -3).unwrap());
    assert_eq!((sent.fallback().as_deref(), sent.should_push()), (Some("It is -3 °C"), false));
    let bytes = sent.to_bytes();
    let read = codecs().read(&bytes);
    assert_eq!((value(&read), read == sent, read.to_bytes()), (Some(-3), true, bytes.clone()));
    assert!(Content::from(CustomContent::new(&Celsius, 41).unwrap()).should_push());

    let Content::Unknown(unknown) = Content::from_bytes(&bytes) else { panic!("read without its codec") };
    assert_eq!(unknown.encoded().decode_with(&Celsius), Ok(-3));
}

#[test] // CONTENT.R16
fn an_answer_in_a_type_of_its_own_is_read_within_the_reply() {
    let warm = Content::from(CustomContent::new(&Celsius, 30).unwrap());
    let reply = Content::from(Reply::new(MessageId::from_bytes([1; 32]), warm));
    let Content::Reply(read) = codecs().read(&reply.to_bytes()) else { panic!("no reply") };
    assert_eq!(value(&read.content), Some(30));
}

#[test] // CONTENT.R4, CONTENT.R16
fn what_a_codec_refuses_or_stumbles_over_keeps_its_bytes_its_fallback_and_the_error() {
    let cases = [
        ("warm", ContentError::Malformed { what: "temperature" }),
        ("boom", ContentError::Codec("it panicked".to_owned())),
    ];
    for (text, error) in cases {
        let bytes = said(text).to_bytes();
        let Content::Unknown(unknown) = codecs().read(&bytes) else { panic!("{text} was read") };
        assert_eq!((unknown.bytes(), unknown.fallback(), unknown.error()), (&*bytes, Some("shown"), &error));
    }
}

#[test] // CONTENT.R16
fn a_type_has_one_codec_and_built_in_ones_keep_theirs() {
    let mut codecs = codecs();
    assert_eq!(codecs.add(Celsius), Err(ContentError::CodecTaken(Celsius.content_type())));
    assert_eq!(codecs.add(TextCodec), Err(ContentError::CodecTaken(ContentTypeId::TEXT)));
    assert_eq!(codecs.read(&Content::text("hi").to_bytes()).as_text(), Some("hi"));
}

#[test]
fn the_value_comes_out_as_its_own_type_alone() {
    let custom = CustomContent::new(&Celsius, 5).unwrap();
    assert_eq!((custom.value::<i32>(), custom.value::<u32>()), (Some(&5), None));
    assert_eq!(format!("{:?}", codecs()), r#"["weather.example/celsius:1.0"]"#);
}
