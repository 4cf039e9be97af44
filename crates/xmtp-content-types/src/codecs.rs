//! Content types of an application's own: a codec for each, and the values they read.
use crate::{
    Codec, Content, ContentError, ContentTypeId, EncodedContent,
    reader::{Reader, built_in},
    redact::Size,
};
use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// The codecs of an application's own types. Clones share them.
///
/// ```
/// use xmtp_content_types::{Codec, Codecs, Content, ContentError, ContentTypeId, CustomContent, EncodedContent};
///
/// struct Celsius;
///
/// impl Codec for Celsius {
///     type Content = i32;
///     fn content_type(&self) -> ContentTypeId {
///         ContentTypeId::constant("weather.example", "celsius", 1, 0)
///     }
///     fn encode(&self, degrees: &i32) -> Result<EncodedContent, ContentError> {
///         Ok(EncodedContent::new(self.content_type(), degrees.to_string()))
///     }
///     fn decode(&self, encoded: &EncodedContent) -> Result<i32, ContentError> {
///         encoded.text()?.parse().map_err(|_| ContentError::Malformed { what: "temperature" })
///     }
/// }
///
/// let mut codecs = Codecs::new();
/// codecs.add(Celsius)?;
///
/// let sent = Content::from(CustomContent::new(&Celsius, -3)?).to_bytes();
/// let Content::Custom(received) = codecs.read(&sent) else { panic!("not read") };
/// assert_eq!(received.value::<i32>(), Some(&-3));
/// # Ok::<(), ContentError>(())
/// ```
#[derive(Clone, Default)]
pub struct Codecs {
    own: Vec<Arc<dyn OwnCodec>>,
}

impl Codecs {
    /// None: only what is built in is read.
    pub fn new() -> Self {
        Self::default()
    }

    // CONTENT.R16
    /// Adds a codec for a type that has none.
    ///
    /// # Errors
    /// [`ContentError::CodecTaken`] if the type is built in, or a codec for it was added before.
    pub fn add<C>(&mut self, codec: C) -> Result<(), ContentError>
    where
        C: Codec + Send + Sync + 'static,
        C::Content: Send + Sync + 'static,
    {
        let id = codec.content_type();
        if built_in().any(|known| known.reads(&id)) || self.own.iter().any(|own| own.id().reads(&id)) {
            return Err(ContentError::CodecTaken(id));
        }
        self.own.push(Arc::new(codec));
        Ok(())
    }

    /// Reads what a message carries, within replies too. Never fails: what cannot be read is [`Content::Unknown`].
    pub fn read(&self, bytes: &[u8]) -> Content {
        Reader::with(self).read(bytes)
    }

    /// The value that one of the codecs reads, if one is for that type.
    pub(crate) fn decode(&self, encoded: &EncodedContent, bytes: &[u8]) -> Option<Result<CustomContent, ContentError>> {
        let codec = self.own.iter().find(|codec| codec.id().reads(encoded.type_id()))?;
        // A codec is not ours, and what it reads is a stranger's: the two may not meet without care.
        let outcome = catch_unwind(AssertUnwindSafe(|| codec.read(encoded)));
        let outcome = outcome.unwrap_or_else(|_| Err(ContentError::Codec("it panicked".to_owned())));
        Some(outcome.map(|(value, should_push)| CustomContent {
            bytes: bytes.to_vec(),
            encoded: encoded.clone(),
            value,
            should_push,
        }))
    }
}

impl fmt::Debug for Codecs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.own.iter().map(|codec| codec.id().to_string())).finish()
    }
}

type Value = Arc<dyn Any + Send + Sync>;

/// A codec, whatever the type of its values.
trait OwnCodec: Send + Sync {
    fn id(&self) -> ContentTypeId;
    fn read(&self, encoded: &EncodedContent) -> Result<(Value, bool), ContentError>;
}

impl<C> OwnCodec for C
where
    C: Codec + Send + Sync,
    C::Content: Send + Sync + 'static,
{
    fn id(&self) -> ContentTypeId {
        self.content_type()
    }

    fn read(&self, encoded: &EncodedContent) -> Result<(Value, bool), ContentError> {
        let value = self.decode(encoded)?;
        let should_push = self.should_push(&value);
        Ok((Arc::new(value), should_push))
    }
}

/// Content of an application's own type, read by a codec that was added to [`Codecs`], or to be sent. Clones share the
/// value.
#[derive(Clone)]
pub struct CustomContent {
    bytes: Vec<u8>,
    encoded: EncodedContent,
    value: Value,
    should_push: bool,
}

impl CustomContent {
    /// A value to be sent.
    ///
    /// # Errors
    /// Whatever the codec answers.
    pub fn new<C>(codec: &C, value: C::Content) -> Result<Self, ContentError>
    where
        C: Codec,
        C::Content: Send + Sync + 'static,
    {
        let encoded = EncodedContent::from_codec(codec, &value)?;
        let should_push = codec.should_push(&value);
        Ok(Self { bytes: encoded.to_bytes(), encoded, value: Arc::new(value), should_push })
    }

    /// The value, if it is of this type.
    pub fn value<T: 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }

    /// The content with its type, parameters and fallback.
    pub const fn encoded(&self) -> &EncodedContent {
        &self.encoded
    }

    /// The bytes as received, or as they will be sent.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the sender wants shown where the type cannot be read. Content of a peer: show it, do not log it.
    pub fn fallback(&self) -> Option<&str> {
        self.encoded.fallback()
    }

    /// Whether the message is worth a push notification, as the codec has it.
    pub const fn should_push(&self) -> bool {
        self.should_push
    }
}

impl PartialEq for CustomContent {
    /// Whether both are the same bytes.
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl fmt::Debug for CustomContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomContent")
            .field("bytes", &Size::of(&self.bytes))
            .field("encoded", &self.encoded)
            .finish_non_exhaustive()
    }
}
