using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Recipes;

/// <summary>Asks for the ways to run a model, and which of them there are here.</summary>
internal sealed record GetRecipesRequest;

/// <param name="Recipes">The twelve of the original host.</param>
/// <param name="Total">How many they are.</param>
internal sealed record RecipesReply(IReadOnlyList<RecipeView> Recipes, int Total) : Reply;

/// <param name="Name">Of the recipe.</param>
/// <param name="Backend">What a model's <c>backend</c> would be.</param>
/// <param name="Acceleration">What computes.</param>
/// <param name="FileFormat">The files that it is for.</param>
/// <param name="Description">The recipe for people.</param>
/// <param name="HardwareRequired">What the machine needs.</param>
/// <param name="OsSupport">The systems that it is for.</param>
/// <param name="Available">Whether this program runs such models on this machine; null where that is not known yet.</param>
/// <param name="Reason">Why <c>available</c> is false or null, and what to take instead; absent where it is true.</param>
internal sealed record RecipeView(
    [property: JsonPropertyName("recipe")] string Name,
    string Backend,
    string Acceleration,
    [property: JsonPropertyName("file_format")] string FileFormat,
    string Description,
    [property: JsonPropertyName("hardware_required")] string HardwareRequired,
    [property: JsonPropertyName("os_support")] IReadOnlyList<string> OsSupport,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] bool? Available,
    string? Reason)
{
    /// <summary>Says whether it is available, and why not.</summary>
    public RecipeView Where(bool isAvailable, string reason) => this with { Available = isAvailable, Reason = isAvailable ? null : reason };
}

internal sealed class GetRecipesHandler(Lazy<RecipeTable> recipes) : IHandler<GetRecipesRequest, RecipesReply>
{
    public Task<RecipesReply> HandleAsync(GetRecipesRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new RecipesReply(recipes.Value.All, recipes.Value.All.Count));
}
