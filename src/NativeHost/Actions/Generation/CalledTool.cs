using System.Text;
using NativeHost.Inference.Chat;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>A tool that the model calls.</summary>
/// <param name="Id">Names the call; the result is sent back under it.</param>
/// <param name="Type">Always the same.</param>
/// <param name="Function">What is called.</param>
internal sealed record CalledTool(string Id, [property: OneOf("function")] string Type, CalledToolFunction Function)
{
    // With the text of the answer beside them they have to fit one frame.
    private const int MostArgumentBytes = 24 * 1024;

    /// <summary>The same where several answers share a frame.</summary>
    public CalledTool SharedBy(int answers)
        => Encoding.UTF8.GetByteCount(Function.Arguments) <= MostArgumentBytes / answers
            ? this
            : this with { Function = Function with { Arguments = "", ArgumentsTruncated = true } };

    /// <returns>Null for none.</returns>
    public static IReadOnlyList<CalledTool>? Of(IReadOnlyList<ToolCall> calls)
    {
        if (calls.Count == 0)
        {
            return null;
        }

        var left = MostArgumentBytes;
        var told = new List<CalledTool>();
        foreach (var call in calls)
        {
            left -= Encoding.UTF8.GetByteCount(call.Arguments);
            var isCut = left < 0;
            told.Add(new CalledTool(call.Id, "function", new CalledToolFunction(call.Name, isCut ? "" : call.Arguments) { ArgumentsTruncated = isCut ? true : null }));
        }

        return told;
    }
}

/// <summary>What a tool call calls.</summary>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">JSON of an object, as the model wrote it: perhaps none that can be read, where the answer was cut off.</param>
internal sealed record CalledToolFunction(string Name, string Arguments)
{
    /// <summary>True where the arguments do not fit the frame, and are left out; the events had them.</summary>
    public bool? ArgumentsTruncated { get; init; }
}
