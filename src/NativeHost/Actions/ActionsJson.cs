using System.Text.Json.Serialization;
using NativeHost.Actions.Broker;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Actions.Session;
using NativeHost.Actions.Streams;
using NativeHost.Messages;

namespace NativeHost.Actions;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 256)]
[JsonSerializable(typeof(PingRequest))]
[JsonSerializable(typeof(PingReply))]
[JsonSerializable(typeof(LoadModelRequest))]
[JsonSerializable(typeof(LoadModelReply))]
[JsonSerializable(typeof(EventFrame<LoadingProgressPayload>))]
[JsonSerializable(typeof(EventFrame<ModelUnloadedPayload>))]
[JsonSerializable(typeof(UnloadModelRequest))]
[JsonSerializable(typeof(Reply<UnloadedPayload>))]
[JsonSerializable(typeof(GetModelStateRequest))]
[JsonSerializable(typeof(Reply<ModelPayload>))]
[JsonSerializable(typeof(GenerateRequest))]
[JsonSerializable(typeof(Reply<GenerationPayload>))]
[JsonSerializable(typeof(StopGenerationRequest))]
[JsonSerializable(typeof(StopGenerationReply))]
[JsonSerializable(typeof(ResumeStreamRequest))]
[JsonSerializable(typeof(ListStreamsRequest))]
[JsonSerializable(typeof(Reply<StreamListPayload>))]
[JsonSerializable(typeof(GetParamsRequest))]
[JsonSerializable(typeof(SetParamsRequest))]
[JsonSerializable(typeof(ParamsReply))]
[JsonSerializable(typeof(UpdateSettingsRequest))]
[JsonSerializable(typeof(UpdateSettingsReply))]
[JsonSerializable(typeof(BrokerStatusRequest))]
[JsonSerializable(typeof(Reply<BrokerStatusPayload>))]
[JsonSerializable(typeof(BrokerStopRequest))]
[JsonSerializable(typeof(BrokerStopReply))]
internal sealed partial class ActionsJson : JsonSerializerContext;
