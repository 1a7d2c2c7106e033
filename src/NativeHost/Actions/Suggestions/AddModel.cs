using System.Text.Json;
using NativeHost.Messages;
using NativeHost.ModelCache.Suggestions;
using NativeHost.Routing;

namespace NativeHost.Actions.Suggestions;

/// <summary>Asks for a model to stand in the list from now on; one of the same id is replaced.</summary>
[Requires(nameof(Model))]
internal sealed record AddModelRequest
{
    /// <summary>The model, as <c>get_available_models</c> gives one.</summary>
    [ReadAs(typeof(SuggestedModel))]
    public JsonElement Model { get; init; }
}

internal sealed record AddModelReply : Reply;

internal sealed class AddModelHandler(ModelSuggestions suggestions) : IHandler<AddModelRequest, AddModelReply>
{
    public Task<AddModelReply> HandleAsync(AddModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.Model.ValueKind != JsonValueKind.Object)
        {
            throw new RequestException(ErrorCode.InvalidRequest, "model object is required");
        }

        suggestions.Add(Read(request.Model));
        return Task.FromResult(new AddModelReply { Message = "Model added to list" });
    }

    private static SuggestedModel Read(JsonElement model)
    {
        try
        {
            return model.Deserialize(ActionsJson.Default.SuggestedModel)!;
        }
        catch (JsonException e)
        {
            throw new RequestException(ErrorCode.InvalidRequest, $"Invalid model format: {JsonProblem.Of(e)}", e);
        }
    }
}
