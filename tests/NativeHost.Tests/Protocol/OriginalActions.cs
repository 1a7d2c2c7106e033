namespace NativeHost.Tests.Protocol;

/// <summary>Every action that the original host answered, or only had a name for.</summary>
internal static class OriginalActions
{
    public static IReadOnlyList<string> All { get; } =
    [
        "add_messages", "add_model_to_list", "check_lmstudio", "check_model_feasibility", "clear_hf_token", "cluster_texts", "compute_similarity",
        "create_conversation", "delete_model", "download_model", "estimate_model_size", "execute_command", "generate", "generate_embeddings",
        "get_active_downloads", "get_available_models", "get_conversation", "get_current_model", "get_default_model", "get_download_status",
        "get_downloaded_models", "get_hardware_info", "get_hf_token_status", "get_loaded_models", "get_memory_usage", "get_model_state",
        "get_models_by_type", "get_params", "get_recipes", "get_recommended_models", "get_registered_models", "get_system_info",
        "get_system_resources", "list_conversations", "list_loaded_models", "lmstudio_status", "load_model", "ping", "pull_model",
        "query_resources", "recommend_items", "recommend_split", "rerank_documents", "search_conversations", "select_active_model",
        "semantic_search", "set_active_model", "set_hf_token", "set_params", "start_lmstudio", "stop_generation", "stop_lmstudio", "sync_pull",
        "sync_push", "unload_all_models", "unload_model", "update_settings",
    ];

    /// <summary>What becomes of each: whether there is such an action, whether a recorded request of it succeeded, and how many are replayed.</summary>
    public static string Table(ProtocolModel model, IReadOnlyDictionary<string, Transcript> transcripts)
    {
        var actions = model.Actions.Select(action => action.Name).ToHashSet();
        return MarkdownParts.Table(
            ["action", "accepted", "answered", "tested"],
            All.Order(StringComparer.Ordinal).Select(name => RowOf(
                name, actions.Contains(name), transcripts.GetValueOrDefault(name)?.Exchanges.Where(exchange => exchange.Final is not null).ToList() ?? [])));
    }

    private static string[] RowOf(string name, bool isAccepted, List<RecordedExchange> recorded) =>
    [
        $"`{name}`",
        isAccepted ? "yes" : "not yet",
        recorded.Exists(exchange => exchange.IsSuccess) ? "yes" : recorded.Count > 0 ? "refused" : "not yet",
        recorded.Count > 0 ? $"{recorded.Count} recorded" : "not yet",
    ];
}
