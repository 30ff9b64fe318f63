"""Pods: the list, adding, renaming, choosing a council, closing, reopening and merging."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import may_administer
from star_tracker.queries.accounts.people import list_pods
from star_tracker.queries.councils import list_councils
from star_tracker.queries.pods import get_pod_with_numbers, list_people_of_pod, list_pods_with_numbers
from star_tracker.records.pods import (
    add_pod,
    choose_pods_council,
    close_pod,
    compare_with_pod,
    merge_pods,
    rename_pod,
    reopen_pod,
)
from star_tracker.web.admin.council_forms import ChooseCouncilForm
from star_tracker.web.admin.pod_forms import ChooseMergeForm, NewPodForm, PodForm
from star_tracker.web.auth.access import access, current_context
from star_tracker.web.platform.confirm_form import build_confirm_form
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("pods", __name__, url_prefix="/pods")


@blueprint.get("")
@access(may_administer)
def show_all() -> str:
    """Every pod."""
    return render_template("admin/pods/list.html", found=list_pods_with_numbers(), councils=list_councils())


@blueprint.route("/new", methods=["GET", "POST"])
@access(may_administer)
def add() -> str | Response:
    """Add a pod."""
    form = NewPodForm()
    form.offer(list_councils(open_only=True))
    if is_sent_and_valid(form):
        with errors_on(form):
            pod = add_pod(current_context(), name=form.name.data or "", council_id=form.chosen_council_id)
            return redirect_saved(f"The pod {pod.name} was added.", "pods.show_all")
    return render_template("admin/pods/new.html", form=form)


@blueprint.get("/<record_id:pod_id>")
@access(may_administer)
def show(pod_id: int) -> str:
    """A pod and its people."""
    return render_template(
        "admin/pods/show.html",
        numbers=get_pod_with_numbers(pod_id),
        people=list_people_of_pod(pod_id),
        councils=list_councils(),
    )


@blueprint.route("/<record_id:pod_id>/rename", methods=["GET", "POST"])
@access(may_administer)
def rename(pod_id: int) -> str | Response:
    """Rename a pod."""
    pod = get_pod_with_numbers(pod_id).pod
    form = PodForm(obj=pod)
    if is_sent_and_valid(form):
        with errors_on(form):
            pod = rename_pod(current_context(), pod_id=pod_id, name=form.name.data or "")
            return redirect_saved(f"The pod is called {pod.name} now.", "pods.show", pod_id=pod_id)
    return render_template("admin/pods/rename.html", form=form, pod=pod)


@blueprint.route("/<record_id:pod_id>/council", methods=["GET", "POST"])
@access(may_administer)
def choose_council(pod_id: int) -> str | Response:
    """Choose the council that a pod works for."""
    pod = get_pod_with_numbers(pod_id).pod
    form = ChooseCouncilForm(data={"council_id": pod.council_id})
    form.offer([council for council in list_councils() if council.closed_on is None or council.id == pod.council_id])
    if is_sent_and_valid(form):
        with errors_on(form):
            pod = choose_pods_council(current_context(), pod_id=pod_id, council_id=form.council_id.data)
            return redirect_saved(f"{pod.name} works for {pod.council.name}.", "pods.show", pod_id=pod_id)
    return render_template("admin/pods/council.html", form=form, pod=pod)


@blueprint.route("/<record_id:pod_id>/close", methods=["GET", "POST"])
@access(may_administer)
def close(pod_id: int) -> str | Response:
    """Take no new families or interventions in a pod."""
    numbers = get_pod_with_numbers(pod_id)
    form = build_confirm_form("Close this pod")
    if is_sent_and_valid(form):
        with errors_on(form):
            pod = close_pod(current_context(), pod_id=pod_id)
            return redirect_saved(f"The pod {pod.name} was closed.", "pods.show", pod_id=pod_id)
    return render_template("admin/pods/close.html", form=form, numbers=numbers)


@blueprint.route("/<record_id:pod_id>/compare", methods=["GET", "POST"])
@access(may_administer)
def compare(pod_id: int) -> str | Response:
    """Make a pod a comparison group, or a pod of the service again."""
    pod = get_pod_with_numbers(pod_id).pod
    form = build_confirm_form("Make it a pod of the service" if pod.is_comparison else "Make it a comparison group")
    if is_sent_and_valid(form):
        pod = compare_with_pod(current_context(), pod_id=pod_id, is_comparison=not pod.is_comparison)
        what = "a comparison group" if pod.is_comparison else "a pod of the service"
        return redirect_saved(f"{pod.name} is {what} now.", "pods.show", pod_id=pod_id)
    return render_template("admin/pods/compare.html", form=form, pod=pod)


@blueprint.route("/<record_id:pod_id>/reopen", methods=["GET", "POST"])
@access(may_administer)
def reopen(pod_id: int) -> str | Response:
    """Take new families in a pod again."""
    numbers = get_pod_with_numbers(pod_id)
    form = build_confirm_form("Reopen this pod")
    if is_sent_and_valid(form):
        pod = reopen_pod(current_context(), pod_id=pod_id)
        return redirect_saved(f"The pod {pod.name} was reopened.", "pods.show", pod_id=pod_id)
    return render_template("admin/pods/reopen.html", form=form, numbers=numbers)


@blueprint.get("/<record_id:pod_id>/merge")
@access(may_administer)
def choose_merge(pod_id: int) -> str | Response:
    """Choose the pod to merge into."""
    numbers = get_pod_with_numbers(pod_id)
    form = ChooseMergeForm(request.args)
    form.offer([pod for pod in list_pods() if pod.id != pod_id])
    if request.args and form.validate():
        return redirect(url_for("pods.merge", pod_id=pod_id, into_id=form.into.data))
    return render_template("admin/pods/choose_merge.html", form=form, numbers=numbers)


@blueprint.route("/<record_id:pod_id>/merge/<record_id:into_id>", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def merge(pod_id: int, into_id: int) -> str | Response:
    """Merge a pod into another, after showing what that changes."""
    numbers, into = get_pod_with_numbers(pod_id), get_pod_with_numbers(into_id).pod
    name = numbers.pod.name
    form = build_confirm_form(f"Merge {name} into {into.name}")
    if is_sent_and_valid(form):
        with errors_on(form):
            merge_pods(current_context(), pod_id=pod_id, into_id=into_id)
            return redirect_saved(f"{name} was merged into {into.name}.", "pods.show", pod_id=into_id)
    return render_template("admin/pods/merge.html", form=form, numbers=numbers, into=into)
