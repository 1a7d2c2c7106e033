namespace NativeHost.Inference.Chat;

/// <summary>Templates for models whose file has none, or a wrong one.</summary>
internal static class BuiltInTemplates
{
    /// <summary>The conversation as a script. A single message of a user stays as it is, to be continued.</summary>
    private const string Script =
        "{%- if messages | length == 1 and messages[0].role == 'user' -%}{{ messages[0].content }}{%- else -%}"
        + "{%- for message in messages -%}"
        + "{%- if message.role == 'system' -%}{{ message.content + '\\n\\n' }}"
        + "{%- elif message.role == 'tool' -%}{{ 'Result: ' + message.content + '\\n' }}"
        + "{%- else -%}{{ message.role | capitalize + ': ' + message.content + '\\n' }}{%- endif -%}"
        + "{%- endfor -%}"
        + "{%- if add_generation_prompt -%}{{ 'Assistant:' }}{%- endif -%}{%- endif -%}";

    /// <summary>BitNet b1.58 2B4T, as its makers talk to it.</summary>
    /// <remarks>
    /// The template in the makers' GGUF file is that of another model, "Human: … BITNETAssistant:", with which this one neither answers
    /// well nor ends its turn. The format is that of ChatFormat in gpu/tokenizer.py of microsoft/BitNet, and of the template beside the
    /// makers' other weights, which newer files have.
    /// </remarks>
    private const string BitNet =
        "{%- for message in messages -%}{{ message.role | capitalize + ': ' + message.content | trim + '<|eot_id|>' }}{%- endfor -%}"
        + "{%- if add_generation_prompt -%}{{ 'Assistant: ' }}{%- endif -%}";

    private const string MistakenMarker = "BITNETAssistant:";

    /// <summary>The template to use in place of a file's.</summary>
    /// <param name="source">The template in the model's file; null where it has none.</param>
    public static string Over(string? source)
        => string.IsNullOrWhiteSpace(source) ? Script
            : source.Contains(MistakenMarker, StringComparison.Ordinal) ? BitNet
            : source;
}
