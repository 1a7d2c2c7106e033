using System.Text.Json.Serialization;
using NativeHost.Actions.Broker;
using NativeHost.Actions.Cache;
using NativeHost.Actions.Commands;
using NativeHost.Actions.Downloads;
using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Hardware;
using NativeHost.Actions.Hub;
using NativeHost.Actions.LmStudio;
using NativeHost.Actions.Models;
using NativeHost.Actions.Planning;
using NativeHost.Actions.Recipes;
using NativeHost.Actions.Search;
using NativeHost.Actions.Session;
using NativeHost.Actions.Streams;
using NativeHost.Actions.Suggestions;
using NativeHost.Messages;
using NativeHost.ModelCache.Suggestions;

namespace NativeHost.Actions;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(LaxFlag)],
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
[JsonSerializable(typeof(ListLoadedModelsRequest))]
[JsonSerializable(typeof(ListLoadedModelsReply))]
[JsonSerializable(typeof(GetLoadedModelsRequest))]
[JsonSerializable(typeof(Reply<LoadedModelsPayload>))]
[JsonSerializable(typeof(SelectActiveModelRequest))]
[JsonSerializable(typeof(ActiveModelReply))]
[JsonSerializable(typeof(GetCurrentModelRequest))]
[JsonSerializable(typeof(Reply<CurrentModelPayload>))]
[JsonSerializable(typeof(UnloadAllModelsRequest))]
[JsonSerializable(typeof(Reply<UnloadedAllPayload>))]
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
[JsonSerializable(typeof(GetInferenceSettingsRequest))]
[JsonSerializable(typeof(SaveInferenceSettingsRequest))]
[JsonSerializable(typeof(Reply<InferenceSettingsPayload>))]
[JsonSerializable(typeof(BrokerStatusRequest))]
[JsonSerializable(typeof(Reply<BrokerStatusPayload>))]
[JsonSerializable(typeof(BrokerStopRequest))]
[JsonSerializable(typeof(BrokerStopReply))]
[JsonSerializable(typeof(PullModelRequest))]
[JsonSerializable(typeof(PullModelReply))]
[JsonSerializable(typeof(EventFrame<DownloadView>))]
[JsonSerializable(typeof(GetActiveDownloadsRequest))]
[JsonSerializable(typeof(Reply<DownloadListPayload>))]
[JsonSerializable(typeof(GetDownloadStatusRequest))]
[JsonSerializable(typeof(Reply<DownloadView>))]
[JsonSerializable(typeof(PauseDownloadRequest))]
[JsonSerializable(typeof(ResumeDownloadRequest))]
[JsonSerializable(typeof(CancelDownloadRequest))]
[JsonSerializable(typeof(Reply<StoppedDownloadPayload>))]
[JsonSerializable(typeof(Reply<ResumedDownloadPayload>))]
[JsonSerializable(typeof(ScanRepoRequest))]
[JsonSerializable(typeof(Reply<ScannedRepoPayload>))]
[JsonSerializable(typeof(GetDownloadedModelsRequest))]
[JsonSerializable(typeof(Reply<DownloadedModelsPayload>))]
[JsonSerializable(typeof(DeleteModelRequest))]
[JsonSerializable(typeof(DeleteModelReply))]
[JsonSerializable(typeof(VerifyModelRequest))]
[JsonSerializable(typeof(Reply<VerifiedPayload>))]
[JsonSerializable(typeof(EventFrame<VerifyProgressPayload>))]
[JsonSerializable(typeof(CollectGarbageRequest))]
[JsonSerializable(typeof(Reply<GarbagePayload>))]
[JsonSerializable(typeof(SetTokenRequest))]
[JsonSerializable(typeof(GetTokenStatusRequest))]
[JsonSerializable(typeof(ClearTokenRequest))]
[JsonSerializable(typeof(TokenReply))]
[JsonSerializable(typeof(GetAvailableModelsRequest))]
[JsonSerializable(typeof(Reply<ModelListPayload>))]
[JsonSerializable(typeof(GetModelsByTypeRequest))]
[JsonSerializable(typeof(Reply<TypedModelListPayload>))]
[JsonSerializable(typeof(GetDefaultModelRequest))]
[JsonSerializable(typeof(Reply<DefaultModelPayload>))]
[JsonSerializable(typeof(AddModelRequest))]
[JsonSerializable(typeof(AddModelReply))]
[JsonSerializable(typeof(SuggestedModel))]
[JsonSerializable(typeof(GetRegisteredModelsRequest))]
[JsonSerializable(typeof(RegisteredModelsReply))]
[JsonSerializable(typeof(GetSystemInfoRequest))]
[JsonSerializable(typeof(SystemInfoReply))]
[JsonSerializable(typeof(GetHardwareInfoRequest))]
[JsonSerializable(typeof(Reply<HardwarePayload>))]
[JsonSerializable(typeof(HardwarePayload))]
[JsonSerializable(typeof(GetSystemResourcesRequest))]
[JsonSerializable(typeof(Reply<SystemResourcesPayload>))]
[JsonSerializable(typeof(QueryResourcesRequest))]
[JsonSerializable(typeof(QueryResourcesReply))]
[JsonSerializable(typeof(GetMemoryUsageRequest))]
[JsonSerializable(typeof(Reply<MemoryUsagePayload>))]
[JsonSerializable(typeof(CheckModelFeasibilityRequest))]
[JsonSerializable(typeof(Reply<FeasibilityPayload>))]
[JsonSerializable(typeof(GetRecommendedModelsRequest))]
[JsonSerializable(typeof(Reply<RecommendedModelsPayload>))]
[JsonSerializable(typeof(RecommendSplitRequest))]
[JsonSerializable(typeof(Reply<SplitPayload>))]
[JsonSerializable(typeof(ExecuteCommandRequest))]
[JsonSerializable(typeof(ExecuteCommandReply))]
[JsonSerializable(typeof(CheckLmStudioRequest))]
[JsonSerializable(typeof(Reply<LmStudioPayload>))]
[JsonSerializable(typeof(StartLmStudioRequest))]
[JsonSerializable(typeof(StopLmStudioRequest))]
[JsonSerializable(typeof(Reply<LmStudioServerPayload>))]
[JsonSerializable(typeof(GetRecipesRequest))]
[JsonSerializable(typeof(RecipesReply))]
[JsonSerializable(typeof(EstimateModelSizeRequest))]
[JsonSerializable(typeof(EstimateModelSizeReply))]
[JsonSerializable(typeof(GenerateEmbeddingsRequest))]
[JsonSerializable(typeof(GenerateEmbeddingsReply))]
[JsonSerializable(typeof(SemanticSearchRequest))]
[JsonSerializable(typeof(SemanticSearchReply))]
[JsonSerializable(typeof(RerankDocumentsRequest))]
[JsonSerializable(typeof(RerankDocumentsReply))]
[JsonSerializable(typeof(ComputeSimilarityRequest))]
[JsonSerializable(typeof(ComputeSimilarityReply))]
[JsonSerializable(typeof(RecommendItemsRequest))]
[JsonSerializable(typeof(RecommendItemsReply))]
[JsonSerializable(typeof(ClusterTextsRequest))]
[JsonSerializable(typeof(ClusterTextsReply))]
[JsonSerializable(typeof(SearchMessagesRequest))]
[JsonSerializable(typeof(SearchMessagesReply))]
internal sealed partial class ActionsJson : JsonSerializerContext;
