using System.Text.Json.Serialization;
using NativeHost.Broker.Connecting;

namespace NativeHost.Broker;

/// <summary>The handshake at the broker's end.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class HandshakeJson : JsonSerializerContext;
