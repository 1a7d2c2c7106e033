namespace NativeHost.Inference.Chat;

/// <summary>Chooses the built-in template family by what a model's own template text contains.</summary>
internal static class ChatTemplates
{
    /// <summary>What stands in the templates of models that classify: Llama Guard, ShieldGemma, Granite Guardian.</summary>
    private static readonly string[] Judges = ["UNSAFE CONTENT CATEGORIES", "policy expert", "guardian_config"];

    /// <param name="jinja">The template text in the model's file; null where it has none.</param>
    /// <exception cref="UnsupportedTemplateException">The text is of no family known here.</exception>
    public static IChatTemplate For(string? jinja)
    {
        if (string.IsNullOrWhiteSpace(jinja))
        {
            return new PlainTemplate();
        }

        bool Has(string marker) => jinja.Contains(marker, StringComparison.Ordinal);
        if (Array.Exists(Judges, Has))
        {
            throw new UnsupportedTemplateException(
                "The model judges conversations and does not take part in them: its template asks for more than messages. A raw prompt with its words written out works.");
        }

        if (BitNetTemplate.Recognizes(jinja))
        {
            return new BitNetTemplate();
        }

        // Phi 4 shares the marker, but ends each role's name with one of its own.
        if (Has(ChatMlTemplate.Marker) && !Has("<|im_sep|>"))
        {
            return ChatMlTemplate.From(jinja);
        }

        // Functionary shares Llama 3's turns, but names a recipient with this sign before each answer; Firefunction has functions in all.
        if (Has(Llama3Template.Marker) && Has("<|eot_id|>") && !Has(">>>") && !Has("functools["))
        {
            return new Llama3Template(Has(Llama3Template.DatesMarker));
        }

        if (Has(GemmaTemplate.Marker))
        {
            return new GemmaTemplate();
        }

        // Llama 2 shares the marker, but wraps its system text in one of its own.
        if (Has(MistralTemplate.Marker) && !Has("<<SYS>>"))
        {
            return MistralTemplate.From(jinja);
        }

        // Apriel shares Phi's markers, but has one more before each content.
        if (Has(ZephyrTemplate.Marker) && Has(PhiTemplate.Marker) && !Has("<|content|>"))
        {
            return new PhiTemplate();
        }

        // OLMo and Tulu share the marker, but end only the assistant's turns with a token.
        if (ZephyrTemplate.UserTurn().IsMatch(jinja))
        {
            return new ZephyrTemplate();
        }

        throw new UnsupportedTemplateException(
            "The model's chat template is of no family known here, so messages cannot be put into its words. A raw prompt with its words written out works.");
    }
}
