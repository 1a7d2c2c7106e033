using System.Text.Json.Serialization.Metadata;

namespace NativeHost.Messages;

/// <summary>A kind of event frame.</summary>
/// <param name="Name">Its <c>type</c> on the wire.</param>
/// <param name="Payload">What its payload is, also where that is written by hand.</param>
internal record EventType(string Name, Type Payload);

/// <summary>A kind of event frame that the serializer writes.</summary>
/// <param name="Frame">How; asked for with the first one.</param>
internal sealed record EventType<TPayload>(string Name, Func<JsonTypeInfo<EventFrame<TPayload>>> Frame) : EventType(Name, typeof(TPayload));
