using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>A tool that the model may call.</summary>
internal sealed record ToolField
{
    /// <summary>Always the same.</summary>
    [OneOf("function")]
    public string? Type { get; init; }

    /// <summary>What it is; or the next three say it, as in OpenAI's responses.</summary>
    public FunctionField? Function { get; init; }

    /// <summary>Its name, where there is no <c>function</c>.</summary>
    public string? Name { get; init; }

    /// <summary>What it does, where there is no <c>function</c>.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON Schema of its arguments, where there is no <c>function</c>.</summary>
    public JsonElement Parameters { get; init; }
}

/// <summary>What a tool is.</summary>
/// <param name="Name">Letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, 1 to 64 of them; no two tools have the same.</param>
internal sealed record FunctionField(string Name)
{
    /// <summary>What it does and when it is of use, in words for the model.</summary>
    public string? Description { get; init; }

    /// <summary>The JSON Schema of its arguments, an object's; absent for any object.</summary>
    public JsonElement Parameters { get; init; }
}
