using NativeHost.Actions.Commands;
using NativeHost.Actions.LmStudio;
using NativeHost.Actions.Recipes;
using NativeHost.Grants;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions about other programs of the user's, and about what runs here, one entry each.</summary>
internal static class CommandActions
{
    /// <param name="configFolder">Absolute path of the folder of the settings file.</param>
    /// <param name="recipes">Made when somebody first asks for them.</param>
    public static IReadOnlyList<Route> Of(string configFolder, LmStudioServer lmStudio, Lazy<RecipeTable> recipes, CallerGrants grants, TimeProvider time)
    {
        var check = new CheckLmStudioHandler(lmStudio);
        return
        [
            Route.To(
                "execute_command",
                Lane.Free,
                new ExecuteCommandHandler(new AllowedCommands(configFolder), time),
                () => ActionsJson.Default.ExecuteCommandRequest,
                () => ActionsJson.Default.ExecuteCommandReply,
                stoppable: Stoppable.ByName),
            Check("check_lmstudio"),
            Check("lmstudio_status"),
            Route.To(
                "start_lmstudio",
                Lane.Free,
                new StartLmStudioHandler(lmStudio, grants),
                () => ActionsJson.Default.StartLmStudioRequest,
                () => ActionsJson.Default.ReplyLmStudioServerPayload,
                stoppable: Stoppable.ByName),
            Route.To(
                "stop_lmstudio",
                Lane.Free,
                new StopLmStudioHandler(lmStudio, grants),
                () => ActionsJson.Default.StopLmStudioRequest,
                () => ActionsJson.Default.ReplyLmStudioServerPayload,
                stoppable: Stoppable.ByName),
            Route.To(
                "get_recipes",
                Lane.Free,
                new GetRecipesHandler(recipes),
                () => ActionsJson.Default.GetRecipesRequest,
                () => ActionsJson.Default.RecipesReply),
        ];

        Route Check(string name)
            => Route.To(name, Lane.Free, check, () => ActionsJson.Default.CheckLmStudioRequest, () => ActionsJson.Default.ReplyLmStudioPayload);
    }
}
