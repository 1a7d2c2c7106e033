using System.Text.Encodings.Web;

namespace NativeHost.Inference.Chat.Output;

/// <summary>Where grammars write the calls that they read; and what they know of the tools.</summary>
/// <param name="deltas">What is told to the caller.</param>
internal sealed class CallWriter(OutputDeltas deltas, ToolSet tools, CallIds ids, TextCursor cursor)
{
    private bool _isOpen;

    /// <summary>The tools that the model was given.</summary>
    public ToolSet Tools => tools;

    /// <summary>How many calls have begun.</summary>
    public int Count { get; private set; }

    /// <summary>Whether what is read now is known to be calls. Set back by whoever starts a grammar.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>Takes what the cursor has passed for a part of calls: it can no longer be given back as content.</summary>
    public void Accept()
    {
        cursor.Commit();
        IsAccepted = true;
    }

    /// <summary>Begins a call: what the cursor has passed can no longer be given back as content.</summary>
    /// <param name="ownId">The model's own; null where it gave none.</param>
    public void Begin(string name, string? ownId = null)
    {
        Accept();
        deltas.Add(new OutputDelta(OutputDeltaKind.CallBegin, Index: Count, Name: name, Id: ids.Next(name, ownId)));
        Count++;
        _isOpen = true;
    }

    /// <summary>Appends JSON text to the open call's arguments.</summary>
    public void Arguments(ReadOnlySpan<char> json)
    {
        if (json.Length > 0)
        {
            cursor.Commit();
            deltas.Add(new OutputDelta(OutputDeltaKind.CallArguments, json.ToString(), Count - 1));
        }
    }

    /// <summary>Appends a part of a text in JSON, without the quotation marks around the whole.</summary>
    public void TextArguments(ReadOnlySpan<char> text) => Arguments(Escaped(text));

    /// <summary>Ends the open call.</summary>
    public void End(bool isComplete)
    {
        cursor.Commit();
        deltas.Add(new OutputDelta(OutputDeltaKind.CallEnd, Index: Count - 1, IsComplete: isComplete));
        _isOpen = false;
    }

    /// <summary>Ends a call that its grammar left open, if any.</summary>
    public void EndIfOpen()
    {
        if (_isOpen)
        {
            End(isComplete: false);
        }
    }

    /// <summary>A text's characters as they stand between quotation marks in JSON. Half of a surrogate pair becomes U+FFFD.</summary>
    public static string Escaped(ReadOnlySpan<char> text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text.ToString());

    /// <summary>A text in JSON.</summary>
    public static string Quoted(ReadOnlySpan<char> text) => $"\"{Escaped(text)}\"";
}
